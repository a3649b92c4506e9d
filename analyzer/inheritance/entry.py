"""One image of a catalog as one Parquet file: rows are the visible files, the schema's metadata is the rest.

A catalog is shared and committed, so a file in it is a stranger's. It is read within bounds: text columns
as dictionaries, since a repeated value costs a hostile file nothing, and only in the one form that is
written, in which pages are not compressed and hold what they say.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ..digest import Digest, chain_ids
from ..errors import CatalogError, ImageReadError
from ..model import LAYERS_LIMIT, METADATA_BYTES_LIMIT, decode_metadata
from ..tables import CATALOG
from .footer import UNCOMPRESSED, codecs
from .profile import Profile  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from pathlib import Path

    from pyarrow import parquet as pq

VERSION = "1"
VERSION_KEY, IMAGE_KEY = "imgscan.catalog.version", "imgscan.catalog.image"
ENTRY_BYTES_LIMIT = 256 * 1024**2
ENTRY_FILES_LIMIT = 2_000_000
ENTRY_PATHS_LIMIT = 512 * 1024**2
NAME_LENGTH_LIMIT = 512


class Entry(msgspec.Struct, frozen=True):
    """What a catalog holds of one image beside its files: a name and the profile."""

    name: str
    profile: Profile


class _Opened(msgspec.Struct, frozen=True):
    file: pq.ParquetFile
    entry: Entry


def encode(name: str, profile: Profile, files: pa.Table) -> bytes:
    """The file of one image; the same image gives the same bytes. ``files`` is `tables.CATALOG`."""
    if len(name) > NAME_LENGTH_LIMIT or not name:
        raise CatalogError(f"a name has 1 to {NAME_LENGTH_LIMIT} characters, this one {len(name)}")
    image = msgspec.json.encode(Entry(name, profile), order="deterministic", enc_hook=str)
    if len(image) > METADATA_BYTES_LIMIT:
        raise CatalogError(f"the metadata of {name[:80]} has {len(image):,} bytes: too much for a catalog")
    from pyarrow import parquet as pq

    sink = io.BytesIO()
    with pq.ParquetWriter(
        sink, CATALOG, compression="none", use_dictionary=False, write_statistics=False, store_schema=False
    ) as writer:
        writer.write_table(files)
        writer.add_key_value_metadata({VERSION_KEY: VERSION, IMAGE_KEY: image.decode()})
    return sink.getvalue()


def decode_entry(content: bytes | Path, where: str) -> Entry:
    """The image in a file, without its files, which are not read. Raises CatalogError that begins with ``where``."""
    return _open(content, where).entry


def decode_files(content: bytes | Path, where: str) -> pa.Table:
    """The files of the image in a file (`tables.CATALOG`). Raises CatalogError that begins with ``where``."""
    opened = _open(content, where)
    try:
        table = opened.file.read()
        paths = table["path"].combine_chunks()
        lengths = pc.binary_length(paths.dictionary).take(paths.indices)
        if (pc.sum(lengths).as_py() or 0) > ENTRY_PATHS_LIMIT:
            raise CatalogError(f"{where}: the paths need more than {ENTRY_PATHS_LIMIT:,} bytes")
        files = pa.table([table[name] for name in CATALOG.names], names=CATALOG.names).cast(CATALOG)
        files.validate(full=True)
        _check_files(files, opened.entry.profile, where)
    except (pa.ArrowException, OSError, AttributeError) as error:
        raise CatalogError(f"{where}: {_line(error)}", hint=_HINT) from error
    return files.combine_chunks()


def _open(content: bytes | Path, where: str) -> _Opened:
    size = _size(content, where)
    if size > ENTRY_BYTES_LIMIT:
        raise CatalogError(f"{where} has {size:,} bytes; more than {ENTRY_BYTES_LIMIT:,} are refused")
    try:
        metadata = _parquet(content).metadata.metadata or {}
    except (pa.ArrowException, OSError, ValueError) as error:
        raise CatalogError(f"{where} is no file of a catalog: {_line(error)}", hint=_HINT) from error
    version = metadata.get(VERSION_KEY.encode())
    if version is None:
        raise CatalogError(f"{where} is no file of a catalog: it has no {VERSION_KEY}", hint=_HINT)
    if version != VERSION.encode():
        text = version[:20].decode(errors="backslashreplace")
        raise CatalogError(f"{where} has version {text}, this imgscan reads {VERSION}", hint="a newer imgscan wrote it")
    _check_form(_parquet(content), where)
    _check_uncompressed(content, where)
    return _Opened(_parquet(content, ["path"]), _decoded(metadata.get(IMAGE_KEY.encode(), b""), where))


def _size(content: bytes | Path, where: str) -> int:
    try:
        return len(content) if isinstance(content, bytes) else content.stat().st_size
    except OSError as error:
        raise CatalogError(f"cannot read {where}: {error.strerror}") from error


def _parquet(content: bytes | Path, as_dictionaries: list[str] | None = None) -> pq.ParquetFile:
    from pyarrow import parquet as pq  # most runs meet a catalog that is empty, and need not load it

    return pq.ParquetFile(
        pa.BufferReader(content) if isinstance(content, bytes) else pa.OSFile(str(content)),
        read_dictionary=as_dictionaries,
        thrift_string_size_limit=2 * METADATA_BYTES_LIMIT,
        thrift_container_size_limit=1_000_000,
    )


def _check_form(file: pq.ParquetFile, where: str) -> None:
    """Refuse what this program does not write: other columns, too many rows."""
    try:
        columns = [(field.name, field.type) for field in file.schema_arrow]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise CatalogError(f"{where} is no file of a catalog: {_line(error)}", hint=_HINT) from error
    if columns != [(field.name, field.type) for field in CATALOG]:
        raise CatalogError(f"{where} has other columns than a catalog")
    rows = file.metadata
    if rows.num_rows > ENTRY_FILES_LIMIT or rows.num_row_groups > 1 + rows.num_rows // 1000:
        raise CatalogError(f"{where} lists {rows.num_rows:,} files; more than {ENTRY_FILES_LIMIT:,} are refused")


def _check_uncompressed(content: bytes | Path, where: str) -> None:
    try:
        with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as file:
            found = codecs(file)
    except (OSError, ValueError) as error:
        raise CatalogError(f"{where} is no file of a catalog: {_line(error)}", hint=_HINT) from error
    if found - {UNCOMPRESSED}:
        raise CatalogError(f"{where} is compressed inside, as no catalog is", hint=_HINT)


def _decoded(image: bytes, where: str) -> Entry:
    try:
        entry = decode_metadata(image, Entry, "the image in it")
        for digest in (*entry.profile.diff_ids, entry.profile.image_id, entry.profile.manifest_digest):
            Digest.parse(digest) if digest is not None else None
    except ImageReadError as error:
        raise CatalogError(f"{where}: {error}", hint=_HINT) from error
    _check_profile(entry, where)
    return entry


def _check_profile(entry: Entry, where: str) -> None:
    profile = entry.profile
    sizes = [size for each in (*profile.layers, profile.sizes) for size in msgspec.structs.astuple(each)]
    problems = {
        "a name that is empty or too long": not 0 < len(entry.name) <= NAME_LENGTH_LIMIT,
        "too many layers": len(profile.diff_ids) > LAYERS_LIMIT,
        "chain IDs that are not those of its diff IDs": tuple(chain_ids(profile.diff_ids)) != profile.chain_ids,
        "sizes for another number of layers": len(profile.layers) != len(profile.diff_ids),
        "negative sizes": any(size is not None and size < 0 for size in sizes),
    }
    for problem, is_there in problems.items():
        if is_there:
            raise CatalogError(f"{where} has {problem}", hint=_HINT)


def _check_files(files: pa.Table, profile: Profile, where: str) -> None:
    if not files.num_rows:
        return
    layers, stored = pc.min_max(files["layer"]).as_py(), pc.min_max(files["stored"]).as_py()
    if layers["min"] < 0 or layers["max"] >= len(profile.diff_ids):
        raise CatalogError(f"{where} has files in layers that it does not have", hint=_HINT)
    # Sums over all files have to fit: 2,000,000 of them and 63 bits.
    if stored["min"] < 0 or stored["max"] > _STORED_BYTES:
        raise CatalogError(f"{where} has files of impossible size", hint=_HINT)
    if pc.count_distinct(files["path"]).as_py() != files.num_rows:
        raise CatalogError(f"{where} has a path twice", hint=_HINT)


def _line(error: BaseException) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


_STORED_BYTES = 1 << 42
_HINT = "remove the file, and add the image anew"
