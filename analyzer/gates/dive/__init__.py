"""What dive 0.13.1 says of an image in `--ci` mode: its three figures, its `.dive-ci` files, its verdicts.

All of it was found by running that program. docs/dive.md tells where its figures differ from the ledger, and why.
"""
