"""Instructions: what history says of them, which layers they made, how a Dockerfile writes them.

`created_by` reads one history entry, `alignment` gives each layer its entry, `steps` and `spoken` bring what
builders and Dockerfiles write into one form, `dockerfile` reads a Dockerfile, `matching` lays the two side by
side, `writing` writes a Dockerfile. None of it knows images: plain texts come in.
"""
