"""One file a question. Each takes tables and gives back frozen results; none changes what it was given."""
