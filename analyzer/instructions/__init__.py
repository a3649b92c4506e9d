"""Instructions: what history says of them, which layers they made, how a Dockerfile writes them.

`created_by` takes one history entry apart, `alignment` gives each layer its entry. `steps` brings what builders print
and what Dockerfiles say into one form, on the ground of `quoting`. `dockerfile` reads a Dockerfile, `matching` lays it
beside a history by `comparing` step with step, `writing` makes lines of a Dockerfile. None of it knows images.
"""
