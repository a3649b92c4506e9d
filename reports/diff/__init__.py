"""Comparisons of two images: their document, what is in it, and how it looks."""
