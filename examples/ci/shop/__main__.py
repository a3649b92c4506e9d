"""Say that the shop is open."""

import sys

sys.stdout.write("open\n")
