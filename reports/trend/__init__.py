"""How a figure of images went, run by run, and the formats that show it, each a module with ``render``."""
