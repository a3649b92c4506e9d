"""Digests as the OCI image specification writes them: ``algorithm:hex`` (descriptor.md, "Digests")."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from .errors import InvalidMetadataError

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEX_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_FORM = re.compile(r"(sha256|sha384|sha512):([0-9a-f]+)", re.ASCII)


class Digest(str):
    """A checked digest; made by `parse`, so that holding one means that it is well formed."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Digest:
        """The digest that ``text`` spells; raises InvalidMetadataError where it spells none.

        >>> Digest.parse("sha256:" + "0" * 64).algorithm
        'sha256'
        """
        match = _FORM.fullmatch(text)
        if match is None or len(match[2]) != _HEX_LENGTHS[match[1]]:
            raise InvalidMetadataError(f"not a digest: {text[:160]!r}")
        return cls(text)

    @classmethod
    def of(cls, content: bytes) -> Digest:
        """The sha256 digest of ``content``."""
        return cls("sha256:" + hashlib.sha256(content).hexdigest())

    @property
    def algorithm(self) -> str:
        """The part before the colon, a name that hashlib knows."""
        return self.partition(":")[0]

    @property
    def hex(self) -> str:
        """The part after the colon, lower case."""
        return self.partition(":")[2]


def chain_ids(diff_ids: Iterable[Digest]) -> list[Digest]:
    """One chain ID a layer, lowest first (config.md, "Layer ChainID").

    A chain ID names a stack of applied layers, so equal chain IDs mean equal root filesystems.
    """
    chain: list[Digest] = []
    for diff_id in diff_ids:
        chain.append(Digest.of(f"{chain[-1]} {diff_id}".encode()) if chain else diff_id)
    return chain
