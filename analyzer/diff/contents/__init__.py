"""What differs inside a file: one file a kind of content, told apart by what is in it, never by its name."""
