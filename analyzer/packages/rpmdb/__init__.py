"""rpm's databases: three forms of file that keep one header a package, and the header itself."""
