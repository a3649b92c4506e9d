"""Where images come from.

Two questions are kept apart. *Files* say how named bytes are reached: a directory, a seekable archive, or an
archive that streams by once. *Layouts* say what the names mean: docker-archive, OCI layout, dir, or a bare
root filesystem. Any layout can lie in any files.
"""
