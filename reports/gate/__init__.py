"""The verdict of a gate as a document, and the formats that are made of it, each a module with ``render``."""
