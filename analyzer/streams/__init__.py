"""Bytes from front to back: parts of files, pipes, and what gzip and zstd decode to."""
