"""Stacking: what an image's layers make when each is applied to those below it (layer.md, "Applying Changesets")."""
