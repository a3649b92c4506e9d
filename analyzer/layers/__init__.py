"""Layers: one streaming pass over each blob, from compressed bytes to rows of the changes table."""
