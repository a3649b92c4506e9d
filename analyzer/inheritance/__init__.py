"""Which parent images an image was built on, by what evidence, and what is inherited from them."""
