"""How many packages are listed at most: an image may claim any number."""

import json

import pytest

from analyzer.packages import apk, composer, dpkg, model, notes, reading, rpm
from tests.images import Layer
from tests.packages.test_ownership import opened, status

LIMIT = 5
NOTE = "more than 5 packages in the layers: those beyond are left out here"
NAMES = [f"p{each}" for each in range(9)]
APK = b"\n\n".join(f"P:{name}\nV:1".encode() for name in NAMES)
DPKG = status(*((name, "1") for name in NAMES))
COMPOSER = json.dumps([{"name": f"acme/{name}", "version": "1"} for name in NAMES]).encode()
RPM = "\n".join(f"{name}\t1-1\t0\t0\tx\t0\t1\tx86_64\t0\tp.src.rpm" for name in NAMES).encode()
DATABASES = {
    apk: ("lib/apk/db/installed", APK),
    dpkg: ("var/lib/dpkg/status", DPKG),
    composer: ("srv/vendor/composer/installed.json", COMPOSER),
    rpm: ("var/lib/rpmmanifest/container-manifest-2", RPM),
}


@pytest.fixture(autouse=True)
def limit(monkeypatch) -> None:
    for module in (*DATABASES, model, reading, notes):
        monkeypatch.setattr(module, "PACKAGES_LIMIT", LIMIT)


@pytest.mark.parametrize("ecosystem", DATABASES, ids=lambda each: each.ECOSYSTEM.name)
def test_a_file_that_tells_of_many_is_not_read_to_its_end(ecosystem, monkeypatch) -> None:
    made = []
    make = ecosystem._package
    monkeypatch.setattr(ecosystem, "_package", lambda *told: made.append(told) or make(*told))
    path, content = DATABASES[ecosystem]
    assert len(list(ecosystem.parse({path: content}))) == len(made) == LIMIT + 1


@pytest.mark.parametrize("ecosystem", DATABASES, ids=lambda each: each.ECOSYSTEM.name)
def test_packages_beyond_are_left_out_and_told(ecosystem, tmp_path) -> None:
    path, content = DATABASES[ecosystem]
    image = opened(tmp_path, Layer().file(path, content))
    assert image.packages.num_rows == LIMIT
    assert image.package_notes == (NOTE,)
    assert NOTE in image.report().notes


def test_as_many_as_are_listed_have_no_note(tmp_path) -> None:
    image = opened(tmp_path, Layer().file("var/lib/dpkg/status", status(*((name, "1") for name in NAMES[:LIMIT]))))
    assert image.packages.num_rows == LIMIT
    assert image.package_notes == ()
    assert not any("packages" in note for note in image.report().notes)


def test_packages_of_all_layers_and_ecosystems_count_together(tmp_path) -> None:
    layers = [Layer().file("var/lib/dpkg/status", status(("a", version), ("b", version))) for version in "12"]
    modules = [Layer().file(f"node_modules/{name}/package.json", _manifest(name)) for name in NAMES[:3]]
    image = opened(tmp_path, *layers, *modules)
    assert image.packages_of(all_layers=True).num_rows == LIMIT
    assert image.package_notes == (NOTE,)


def _manifest(name: str) -> bytes:
    return json.dumps({"name": name, "version": "1"}).encode()
