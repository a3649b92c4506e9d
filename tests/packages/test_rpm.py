"""rpm's packages: the same ones in all its databases, as rpm itself lists them, and what no database may do to us.

The samples, and what rpm said of them, are made by samples/rpm/make.sh; the packages are those of samples/rpm/specs.
"""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.packages.rpm import ECOSYSTEM, parse
from analyzer.packages.rpmdb import bdb, ndb, sqlite
from analyzer.packages.rpmdb.header import parse_header
from tests.packages.roots import SAMPLES, by_name, damaged, paths, sample, wanted
from tests.real.tools import require, run

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.packages.model import Package

FOLDERS = ("usr/lib/sysimage/rpm", "var/lib/rpm", "usr/share/rpm")
DATABASES = {name: sample(f"rpm/{name}.gz") for name in ("rpmdb.sqlite", "Packages.db", "Packages")}
SQLITE = "var/lib/rpm/rpmdb.sqlite"
OS_RELEASE = {"etc/os-release": b'ID="rhel"\nVERSION_ID="9.4"\n'}
HEADERS = list(sqlite.blobs(DATABASES["rpmdb.sqlite"]))
NONE = "(none)"
Row = tuple[str, ...]


def _row(package: Package) -> Row:
    """The package as rpm's query in make.sh prints it."""
    epoch, _, full = package.version.rpartition(":")
    version, _, release = full.rpartition("-")
    words = (package.name, epoch, version, release, package.architecture, str(package.claimed_bytes), package.licence)
    return tuple(word or NONE for word in words)


def _rows(printed: bytes) -> list[Row]:
    return sorted(tuple(line.split("\t")[:7]) for line in printed.decode().splitlines())


@pytest.mark.parametrize("name", DATABASES)
@pytest.mark.parametrize("folder", FOLDERS)
def test_packages_of_the_samples(name: str, folder: str) -> None:
    packages = parse({f"{folder}/{name}": DATABASES[name]})

    assert [_row(package) for package in packages] == _rows(sample("rpm/query.tsv"))
    assert {package.told_by for package in packages} == {f"{folder}/{name}"}


@pytest.mark.parametrize("name", DATABASES)
def test_files_are_those_that_are_installed(name: str) -> None:
    packages = by_name(parse({f"var/lib/rpm/{name}": DATABASES[name]}))

    assert packages["docs"].files == b"usr/lib/docs"
    assert packages["empty+meta"].files == packages["gpg-pubkey"].files == b""
    assert paths(packages["epochal"]) == {
        "etc/epochal",
        "etc/epochal/epochal.conf",
        "usr/share/epochal é",
        "usr/share/epochal é/a b",
        "var/log/epochal.log",
    }


def test_purls() -> None:
    purls = {package.name: package.purl for package in parse({SQLITE: DATABASES["rpmdb.sqlite"], **OS_RELEASE})}

    assert purls["epochal"] == (
        "pkg:rpm/redhat/epochal@2.5~rc1-1?arch=noarch&distro=rhel-9.4&epoch=3&upstream=epochal-2.5~rc1-1.src.rpm"
    )
    assert purls["empty+meta"].startswith("pkg:rpm/redhat/empty%2Bmeta@0%5Egit1-1?arch=noarch&distro=rhel-9.4&epoch=0&")
    assert purls["gpg-pubkey"] == "pkg:rpm/redhat/gpg-pubkey@8783d481-63ceb953?distro=rhel-9.4"


def test_the_database_that_has_packages_counts() -> None:
    contents = {SQLITE: b"", "var/lib/rpm/Packages": DATABASES["Packages"], "usr/share/rpm/Packages": b"\0" * 512}

    assert {package.told_by for package in parse(contents)} == {"var/lib/rpm/Packages"}


def test_a_manifest_stands_in_for_a_database() -> None:
    manifest = (
        b"glibc\t2.35-6.cm2\t1693000000\t1692000000\tMicrosoft Corporation\t(none)\t11321552\tx86_64\t0\tglibc-2.35-6.cm2.src.rpm\n"
        b"keys\t1:2.0-1\t1\t1\t(none)\t1\t5\t(none)\t1\t(none)\n"
        b"cut\toff\n"
    )

    glibc, keys = parse({"var/lib/rpmmanifest/container-manifest-2": manifest, "etc/os-release": b"ID=mariner\n"})

    assert (glibc.name, glibc.version, glibc.architecture, glibc.claimed_bytes) == (
        "glibc",
        "2.35-6.cm2",
        "x86_64",
        11321552,
    )
    assert glibc.purl == "pkg:rpm/mariner/glibc@2.35-6.cm2?arch=x86_64&distro=mariner&upstream=glibc-2.35-6.cm2.src.rpm"
    assert keys.purl.startswith("pkg:rpm/mariner/keys@1:2.0-1?distro=mariner&epoch=1")
    assert keys.architecture is None


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root filesystem into which rpm installed the packages of the specs."""
    require("rpm", "rpmbuild")
    build, found = tmp_path_factory.mktemp("build"), tmp_path_factory.mktemp("root")
    for spec in sorted(SAMPLES.glob("rpm/specs/*.spec")):
        run("rpmbuild", "-bb", "--quiet", "--define", f"_topdir {build}", spec)
    packages = sorted(build.glob("RPMS/*/*.rpm"))
    options = ("--nodeps", "--ignorearch", "--noscripts", "--justdb", "--excludedocs")
    run("rpm", "--dbpath", found / "var/lib/rpm", *options, "--install", *packages)
    return found


FORM = r"%{NAME}\t%{EPOCH}\t%{VERSION}\t%{RELEASE}\t%{ARCH}\t%{SIZE}\t%{LICENSE}\n"


def test_packages_are_those_of_rpm(root: Path) -> None:
    printed = run("rpm", "--dbpath", root / "var/lib/rpm", "-qa", "--queryformat", FORM)

    assert [_row(package) for package in parse(wanted(root, ECOSYSTEM))] == _rows(printed)


def test_files_are_those_of_rpm(root: Path) -> None:
    for package in parse(wanted(root, ECOSYSTEM)):
        lines = (
            run("rpm", "--dbpath", root / "var/lib/rpm", "-q", "--list", "--state", package.name).decode().splitlines()
        )
        expected = {
            line.removeprefix("normal").strip().removeprefix("/") for line in lines if line.startswith("normal")
        }

        assert paths(package) == expected


@pytest.mark.parametrize("page_bytes", [512, 4096, 65536])
@pytest.mark.parametrize(("order", "number"), [(1234, "<I"), (4321, ">I")])
def test_berkeley_db_as_its_own_tool_writes_it(page_bytes: int, order: int, number: str, tmp_path: Path) -> None:
    """And as rpm, which reads it by code of its own, reads it."""
    require("db5.3_load", "rpm")
    items = [struct.pack(number, len(HEADERS)), *HEADERS]
    lines = [f" {struct.pack(number, key).hex()}\n {item.hex()}\n" for key, item in enumerate(items)]
    head = f"VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize={page_bytes}\ndb_lorder={order}\nHEADER=END\n"
    run("db5.3_load", tmp_path / "Packages", stdin="".join([head, *lines, "DATA=END\n"]).encode())

    found = parse({"var/lib/rpm/Packages": (tmp_path / "Packages").read_bytes()})
    printed = run("rpm", "--dbpath", tmp_path, "--define", "_db_backend bdb_ro", "-qa", "--queryformat", FORM)

    assert [_row(package) for package in found] == _rows(printed) == _rows(sample("rpm/query.tsv"))


def _create(*statements: str, blobs: list[bytes] | None = None) -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
        for blob in blobs or ():
            connection.execute("INSERT INTO Packages (blob) VALUES (?)", (blob,))
        return connection.serialize()


DECLARED = "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL)"


def test_what_only_the_log_has_is_read(tmp_path: Path) -> None:
    """A database whose writer still has it open, as SQLite itself leaves it."""
    path = tmp_path / "rpmdb.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(DECLARED)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.executemany("INSERT INTO Packages (blob) VALUES (?)", [(header,) for header in HEADERS])
        connection.execute("DELETE FROM Packages WHERE hnum = 2")
        database, log = path.read_bytes(), path.with_name("rpmdb.sqlite-wal").read_bytes()
        connection.execute("PRAGMA wal_checkpoint(RESTART)")
        connection.execute("DELETE FROM Packages WHERE hnum = 3")
        restarted = path.read_bytes(), path.with_name("rpmdb.sqlite-wal").read_bytes()

    assert len(log) > len(database)
    assert list(sqlite.blobs(database)) == []
    assert list(sqlite.blobs(database, log)) == HEADERS[:1] + HEADERS[2:]
    assert list(sqlite.blobs(database, log[:-1])) == HEADERS  # the last commit is cut off
    assert list(sqlite.blobs(*restarted)) == HEADERS[:1] + HEADERS[3:]  # frames of before are still in the log


ENDLESS = "WITH RECURSIVE n(hnum, blob) AS (SELECT 1, x'00' UNION ALL SELECT hnum + 1, x'00' FROM n) SELECT * FROM n"


@pytest.mark.parametrize(
    "statement",
    [
        f"CREATE VIEW Packages AS {ENDLESS}",
        "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB AS (zeroblob(1000000000)))",
        "CREATE TABLE Packages (hnum INTEGER, blob BLOB NOT NULL)",
        "CREATE TABLE Other (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)",
    ],
)
def test_only_the_table_that_rpm_declares_is_read(statement: str) -> None:
    assert list(sqlite.blobs(_create(statement))) == []


def test_a_message_of_sqlite_that_is_not_text() -> None:
    """It quotes the name of what it cannot parse, whatever bytes that is."""
    content = _create(DECLARED, "CREATE TABLE abcd (efgh)").replace(b"CREATE TABLE abcd", b'CREATE TABLE "bcd')

    assert list(sqlite.blobs(content.replace(b"abcd", b"\xff\xff\xff\xff"))) == []


def test_a_tree_that_leads_to_the_same_page_again() -> None:
    """Every child of the table's root page becomes the first one: rows then come again and again."""
    blobs = [bytes([number]) * 3000 for number in range(64)]
    content = bytearray(_create(DECLARED, blobs=blobs))
    page_bytes = int.from_bytes(content[16:18], "big")
    root = next(at for at in range(page_bytes, len(content), page_bytes) if content[at] == 5)
    (count,) = struct.unpack_from(">H", content, root + 3)
    cells = struct.unpack_from(f">{count}H", content, root + 12)
    first = content[root + cells[0] : root + cells[0] + 4]
    for cell in cells:
        content[root + cell : root + cell + 4] = first

    found = list(sqlite.blobs(bytes(content)))

    assert count > 16
    assert found == blobs[: len(found)]
    assert len(found) < len(blobs)


def _header(*values: tuple[int, int, int, bytes]) -> bytes:
    """A header of tags, each with its type, count and bytes."""
    entries, data = b"", b""
    for tag, kind, count, value in values:
        data += b"\0" * (-len(data) % 4)
        entries += struct.pack(">4I", tag, kind, len(data), count)
        data += value
    return struct.pack(">2I", len(values), len(data)) + entries + data


NAMED = ((1000, 6, 1, b"a\0"), (1001, 6, 1, b"1\0"), (1002, 6, 1, b"2\0"))


def test_paths_of_a_very_old_package() -> None:
    blob = _header(*NAMED, (1027, 8, 2, b"/bin/a\0/etc/b c\0"), (1009, 4, 1, struct.pack(">I", 7)))

    (package,) = parse({SQLITE: _create(DECLARED, blobs=[blob])})

    assert (package.version, package.files, package.claimed_bytes) == ("1-2", b"bin/a\0etc/b c", 7)


def test_files_that_another_package_replaced_are_not_its_own() -> None:
    files = (
        (1116, 4, 5, struct.pack(">5I", 0, 0, 0, 1, 1)),
        (1117, 8, 5, b"a\0b\0c\0d\0e\0"),
        (1118, 8, 2, b"/usr/bin/\0/usr/lib/\0"),
        (1029, 1, 5, bytes([0, 1, 2, 3, 4])),
    )

    (package,) = parse({SQLITE: _create(DECLARED, blobs=[_header(*NAMED, *files)])})

    assert package.files == b"usr/bin/a\0usr/lib/d"


@pytest.mark.parametrize(
    "files",
    [
        ((1116, 4, 1, b"\0\0\0\1"), (1117, 8, 1, b"a\0"), (1118, 8, 1, b"/\0")),  # a folder that is not there
        ((1116, 4, 9, b"\0\0\0\0"), (1117, 8, 1, b"a\0"), (1118, 8, 1, b"/\0")),  # fewer numbers than said
        ((1116, 4, 1, b"\0\0\0\0"), (1117, 8, 2, b"a\0"), (1118, 8, 1, b"/\0")),  # fewer names than said
        ((1116, 4, 999, b"\0" * 3996), (1117, 8, 999, b"a\0" * 999), (1118, 8, 1, b"/" + b"b" * 9999 + b"\0")),
    ],
)
def test_files_that_cannot_be_are_left_out(files: tuple[tuple[int, int, int, bytes], ...]) -> None:
    (package,) = parse({SQLITE: _create(DECLARED, blobs=[_header(*NAMED, *files)])})

    assert (package.name, package.files) == ("a", b"")


def test_slots_that_share_a_blob_give_no_more_than_the_file_has() -> None:
    blob = _header(*NAMED, (1004, 6, 1, b"s" * 50_000 + b"\0"))
    slots = b"".join(struct.pack("<4s3I", b"Slot", 1, 256, 1) for _ in range(254))
    content = struct.pack("<4s7I", b"RpmP", 0, 1, 1, 0, 0, 0, 0) + slots
    content += struct.pack("<4s3I", b"BlbS", 1, 1, len(blob)) + blob

    assert len(list(ndb.blobs(content))) == 254
    assert len(parse({"var/lib/rpm/Packages.db": content})) == 1


def test_a_chain_of_pages_that_comes_back_to_itself() -> None:
    content = bytearray(DATABASES["Packages"])
    pages = range(0, len(content), 4096)
    overflow = [page for page in pages if content[page + 25] == 7]
    for page in overflow:
        content[page + 16 : page + 20] = struct.pack("<I", page // 4096)

    assert len(overflow) > 3
    assert sum(map(len, bdb.blobs(bytes(content)))) <= len(content)


CONTENTS = {f"var/lib/rpm/{name}": content for name, content in DATABASES.items()}


@given(st.dictionaries(st.sampled_from(ECOSYSTEM.wanted), st.binary()))
def test_any_bytes(contents: dict[str, bytes]) -> None:
    assert list(parse(contents)) is not None


@pytest.mark.parametrize("name", DATABASES)
@given(data=st.data())
def test_damage(name: str, data: st.DataObject) -> None:
    content = data.draw(damaged(DATABASES[name]))

    packages = list(parse({f"var/lib/rpm/{name}": content}))

    assert packages == sorted(packages, key=lambda package: package.name)
    assert sum(len(package.files) for package in packages) <= 8 * len(content)


@given(st.sampled_from(HEADERS).flatmap(damaged))
def test_damaged_headers(blob: bytes) -> None:
    (intro, data_bytes) = struct.unpack_from(">2I", blob.ljust(8, b"\0"))
    whole = len(blob) == 8 + 16 * intro + data_bytes

    assert (parse_header(blob) is not None) == (whole and len(blob) >= 8)
    list(parse({SQLITE: _create(DECLARED, blobs=[blob])}))


@given(st.binary(max_size=200), damaged(DATABASES["rpmdb.sqlite"][:8192]))
def test_any_log(log: bytes, database: bytes) -> None:
    assert list(sqlite.blobs(database, log)) is not None
