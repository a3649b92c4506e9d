"""A shop, as small as one can be."""
