"""The columns that a command's table has, for `--sort` and for those who complete it."""

from __future__ import annotations


def columns_of(command: str) -> tuple[str, ...]:
    """The names, of all tables that the command can print; none where a statement or a record makes them.

    >>> columns_of("catalog list")[:3], columns_of("sql")
    (('name', 'image_id', 'platform'), ())
    """
    from analyzer import tables
    from reports.tables import READABLE

    found = {
        "layers": tables.LAYERS.names,
        "history": tables.HISTORY.names,
        "waste": [*tables.WASTE.names, *READABLE["sums"]],
        "findings": tables.FINDINGS.names,
        "packages": [*tables.PACKAGES.names, *tables.UNOWNED.names],
        "changes": tables.CHANGES.names,
        "rootfs": tables.ROOTFS.names,
        "ls": tables.LISTING.names,
        "diff": tables.DIFF_FILES.names,
        "catalog list": tables.KNOWN_IMAGES.names,
    }
    return tuple(dict.fromkeys(found.get(command, ())))
