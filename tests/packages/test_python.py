"""Python's packages are those that pip and the standard library list, and own what pip installed."""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from analyzer.packages.python import ECOSYSTEM, normalised, parse
from tests.packages.folders import DEEP, damaged, files_of, owned, versions, wanted
from tests.real.tools import run

if TYPE_CHECKING:
    from analyzer.packages.model import Package

ROOT = Path(sys.prefix)
SITE = Path(sysconfig.get_path("purelib"))
HERE = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"

CONTENTS = {
    "usr/lib/python3.11/site-packages/Odd_Name-1.0.dist-info/METADATA": (
        b"Metadata-Version: 2.4\nName: Odd.Name\nVersion: 1.0\nLicense-Expression: MIT\n\nName: no\n"
    ),
    "usr/lib/python3.11/site-packages/Odd_Name-1.0.dist-info/RECORD": (
        b"../../../bin/odd,sha256=x,1\r\n../../../../../etc/passwd,,\r\nOdd_Name-1.0.dist-info/METADATA,,\r\n"
        b'"odd/a,b.py",sha256=x,1\r\nodd.py,,\r\n'
    ),
    "usr/lib/python3/dist-packages/old.egg-info/PKG-INFO": b"Name: old\nVersion: 2\nLicense: UNKNOWN\n",
    "usr/lib/python3/dist-packages/old.egg-info/installed-files.txt": b"../old/__init__.py\nPKG-INFO\n",
    "usr/lib/python3/dist-packages/single-3.egg-info": b"Metadata-Version: 1.0\nName: single\nVersion: 3\n",
}


def found_in(root: Path) -> list[Package]:
    return parse(wanted(root, ECOSYSTEM))


@pytest.fixture(scope="module")
def environment() -> list[Package]:
    """The packages of the environment that runs the tests, but for those that others bring along."""
    return [each for each in found_in(ROOT) if each.told_by.startswith(f"{HERE}/") and each.told_by.count("/") == 4]


def test_packages_are_those_that_pip_lists(environment: list[Package]) -> None:
    said = json.loads(run(sys.executable, "-m", "pip", "list", "--path", SITE, "--format", "json"))

    assert sorted(versions(environment)) == sorted((each["name"], each["version"]) for each in said)


def test_files_are_those_that_the_standard_library_lists(environment: list[Package]) -> None:
    expected = {
        each.metadata["Name"]: {os.path.normpath(file.locate()).removeprefix(f"{ROOT}/") for file in each.files or ()}
        for each in importlib.metadata.distributions(path=[str(SITE)])
    }

    assert {each.name for each in environment} == expected.keys()
    for package in environment:
        more = files_of(package) - expected[package.name]
        assert expected[package.name] <= files_of(package), package.name
        assert all(path.startswith(f"{HERE}/__pycache__/") for path in more), package.name


def wheel(folder: Path) -> Path:
    """A wheel with a module, a package, a program, and names that a RECORD has to quote."""
    path = folder / "odd_name-1.0-py3-none-any.whl"
    info = "odd_name-1.0.dist-info"
    contents = {
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: odd.name\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\nodd = odd:main\n",
        "lonely.py": "",
        "odd/__init__.py": "main = print\n",
        'odd/a, "b".txt': "",
        "odd/deeper/__init__.py": "",
        "odd_name-1.0.data/data/share/odd/doc.txt": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {**contents, f"{info}/RECORD": "".join(f"{name},,\n" for name in contents)}.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize("compile_option", ["--compile", "--no-compile"])
def test_a_package_owns_all_that_pip_installed_and_python_compiled(tmp_path: Path, compile_option: str) -> None:
    root = tmp_path / "root"
    options = ("--no-index", "--no-deps", "--ignore-installed", "--no-warn-script-location", compile_option)
    run(sys.executable, "-m", "pip", "install", *options, "--prefix", root / "usr", wheel(tmp_path))
    for level in ((), ("-O",)):
        code = f"import sys; sys.path.insert(0, {str(root / 'usr' / HERE)!r}); import odd.deeper, lonely"
        run(sys.executable, *level, "-c", code, environment={"PYTHONDONTWRITEBYTECODE": ""})
    everything = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    (package,) = found_in(root)

    assert {"usr/bin/odd", f'usr/{HERE}/odd/a, "b".txt', "usr/share/odd/doc.txt"} <= everything
    # Whose optimised bytecode is in the folder that all packages share is not told.
    assert everything - owned(package, root) == {
        f"usr/{HERE}/__pycache__/lonely.{sys.implementation.cache_tag}.opt-1.pyc"
    }


def test_records_are_resolved_and_kept_inside() -> None:
    odd = next(each for each in parse(CONTENTS) if each.name == "Odd.Name")

    site = "usr/lib/python3.11/site-packages"
    assert files_of(odd) == {
        "usr/bin/odd",
        f"{site}/Odd_Name-1.0.dist-info/METADATA",
        f"{site}/odd/a,b.py",
        f"{site}/odd.py",
        f"{site}/__pycache__/odd.cpython-311.pyc",
    }
    assert odd.folders == (f"{site}/Odd_Name-1.0.dist-info".encode(), f"{site}/odd/__pycache__".encode())
    assert (odd.purl, odd.licence) == ("pkg:pypi/odd-name@1.0", "MIT")


def test_older_forms() -> None:
    _, old, single = parse(CONTENTS)

    assert (old.version, old.licence, single.version) == ("2", None, "3")
    assert files_of(old) == {
        "usr/lib/python3/dist-packages/old/__init__.py",
        "usr/lib/python3/dist-packages/old.egg-info/PKG-INFO",
    }
    assert files_of(single) == {"usr/lib/python3/dist-packages/single-3.egg-info"}
    assert single.folders == ()


def test_an_egg_is_a_folder_of_its_own() -> None:
    site = "usr/lib/python3.11/site-packages"
    (package,) = parse({f"{site}/six-1.16-py3.11.egg/EGG-INFO/PKG-INFO": b"Name: six\nVersion: 1.16\n"})

    assert package.folders == (f"{site}/six-1.16-py3.11.egg".encode(),)


# After what `pip install -e` of a project with a src folder left with setuptools 82; SOURCES.txt has two lines more.
EDITABLE = {
    "usr/lib/python3.11/site-packages/src_pkg-0.1.dist-info/METADATA": b"Name: Src.Pkg\nVersion: 0.1\n",
    "usr/lib/python3.11/site-packages/src_pkg-0.1.dist-info/RECORD": (
        b"__editable__.src_pkg-0.1.pth,sha256=x,25\nsrc_pkg-0.1.dist-info/METADATA,sha256=x,50\n"
    ),
    "usr/lib/python3.11/site-packages/src_pkg-0.1.dist-info/direct_url.json": (
        b'{"dir_info": {"editable": true}, "url": "file:///my%20app"}'
    ),
    "my app/src/Src.Pkg.egg-info/PKG-INFO": b"Name: Src.Pkg\nVersion: 0.1\n",
    "my app/src/Src.Pkg.egg-info/SOURCES.txt": (
        b"pyproject.toml\nsrc/Src.Pkg.egg-info/PKG-INFO\nsrc/Src.Pkg.egg-info/top_level.txt\nsrc/srcpkg/__init__.py\n"
        b"src/other/x.py\ntests/test_x.py"
    ),
    "my app/src/Src.Pkg.egg-info/top_level.txt": b"srcpkg\n",
}


def test_an_editable_package_and_its_sources_are_one() -> None:
    (package,) = parse(EDITABLE)

    assert package.told_by == "usr/lib/python3.11/site-packages/src_pkg-0.1.dist-info/METADATA"
    assert files_of(package) == {
        "usr/lib/python3.11/site-packages/__editable__.src_pkg-0.1.pth",
        "usr/lib/python3.11/site-packages/src_pkg-0.1.dist-info/METADATA",
        "my app/src/srcpkg/__init__.py",
    }


@pytest.mark.parametrize(
    "origin",
    [
        b'{"dir_info": {}, "url": "file:///my%20app"}',
        b'{"dir_info": {"editable": true}, "url": "file:///elsewhere"}',
        b'{"dir_info": {"editable": true}, "url": "https://example.org/my%20app"}',
        b'{"url": 5}',
        *DEEP,
    ],
)
def test_sources_from_elsewhere_are_a_package_of_their_own(origin: bytes) -> None:
    path = "usr/lib/python3.11/site-packages/src_pkg-0.1.dist-info/direct_url.json"

    assert versions(parse({**EDITABLE, path: origin})) == [("Src.Pkg", "0.1")] * 2


def test_a_package_inside_another_owns_nothing() -> None:
    site = "site-packages"
    inner = "outer/_vendor/inner-1.dist-info"
    contents = {
        f"{site}/outer-2.dist-info/METADATA": b"Name: outer\nVersion: 2\n",
        f"{site}/outer-2.dist-info/RECORD": f"outer-2.dist-info/METADATA,,\n{inner}/METADATA,,\nouter/a.py,,\n".encode(),
        f"{site}/{inner}/METADATA": b"Name: inner\nVersion: 1\n",
        f"{site}/{inner}/RECORD": b"inner-1.dist-info/METADATA,,\ninner.py,,\n",
    }
    vendored, outer = parse(contents)

    assert (vendored.name, vendored.files, vendored.folders) == ("inner", b"", ())
    assert f"{site}/{inner}/METADATA" in files_of(outer)


@pytest.mark.parametrize(
    ("headers", "licence"),
    [
        (b"License-Expression: MIT\nLicense: no", "MIT"),
        (b"license: Apache 2.0\r", "Apache 2.0"),
        (
            b"License: BSD 3-Clause\n\tCopyright\n\tAll rights\nClassifier: License :: OSI Approved :: MIT License",
            "MIT License",
        ),
        (b"License: MIT License\n        Copyright", "MIT License"),
        (
            b"License: UNKNOWN\nClassifier: License :: OSI Approved :: A\nClassifier: License :: Public Domain",
            "A, Public Domain",
        ),
        (b"Classifier: Programming Language :: Python\nDescription: License: MIT", None),
        (b"\nLicense: MIT", None),
    ],
)
def test_licence_from_whatever_field_tells_it(headers: bytes, licence: str | None) -> None:
    (package,) = parse({"a-1.dist-info/METADATA": b"Name: a\nVersion: 1\n" + headers})

    assert package.licence == licence


@pytest.mark.parametrize(
    "content", [b"", b"Name: a\n", b"Version: 1\n", b"\nName: a\nVersion: 1\n", b"Name:\nVersion: 1", *DEEP]
)
def test_what_is_no_package_is_skipped(content: bytes) -> None:
    assert parse({"a-1.dist-info/METADATA": content, "METADATA": b"Name: a\nVersion: 1\n"}) == []


@given(st.text("aB1.-_", min_size=1))
def test_names_are_normalised_as_packaging_does(name: str) -> None:
    assert normalised(name) == canonicalize_name(name)


@given(damaged(CONTENTS | EDITABLE))
def test_damage_is_survived(contents: dict[str, bytes]) -> None:
    assert len(parse(contents)) <= 5


@given(st.dictionaries(st.sampled_from(sorted(CONTENTS | EDITABLE)), st.binary()))
def test_any_bytes_are_survived(contents: dict[str, bytes]) -> None:
    parse(contents)
