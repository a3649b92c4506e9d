"""What looks like something to leave out, and is needed; and commands of edits that remove what is counted, no more."""

import subprocess
from pathlib import Path

import pytest

from analyzer.settings import FindingSettings
from tests.findings.finding import findings, opened
from tests.images import Image, Layer, step
from tests.packages.roots import sample

PACKAGES = "usr/local/lib/python3.12/site-packages"
NEEDED = [
    ("test-files", f"{PACKAGES}/numpy/_core/tests/_natype.py"),
    ("test-files", f"{PACKAGES}/numpy/testing/overrides.py"),
    ("test-files", f"{PACKAGES}/astropy/tests/runner.py"),
    ("test-files", f"{PACKAGES}/django/test/signals.py"),
    ("test-files", f"{PACKAGES}/tests/__init__.py"),
    ("static-libraries", "usr/lib/x86_64-linux-gnu/ImageMagick-6.9.11/modules-Q16/coders/png.la"),
    ("build-tools", "usr/lib/gcc/x86_64-pc-linux-gnu/13/libstdc++.so.6"),
    ("build-tools", "usr/lib/gcc/x86_64-pc-linux-gnu/13/libgcc_s.so.1"),
    ("documentation", "usr/share/doc/x/COPYING.LESSER"),
    ("documentation", "usr/share/doc/x/Copyright.txt"),
    ("documentation", "usr/share/doc/x/third-party-licenses.txt"),
    ("cargo-registry", "srv/app/src/cargo/registry/mod.rs"),
    ("secret-files", "etc/app/jwt_public_key.pem"),
    ("secret-files", "opt/app/truststore.jks"),
    ("secret-files", "opt/app/sks-keyservers.netCA.pem"),
    ("secret-files", "usr/share/gnupg/tls-key.pem"),
    ("secret-files", "srv/app/.yarnrc.yml"),
    ("composer-cache", "tmp/cache/files/index"),
    ("gem-cache", "usr/share/gems/gems/x-1/lib/x.rb"),
]
FOUND = [
    ("test-files", f"{PACKAGES}/pandas/tests/test_a.py"),
    ("test-files", f"{PACKAGES}/numpy/linalg/tests/test_a.py"),
    ("static-libraries", "usr/lib/x86_64-linux-gnu/libpng.la"),
    ("static-libraries", "usr/lib64/deep/libpng.a"),
    ("build-tools", "usr/lib/gcc/x86_64-linux-gnu/13/libgcc.a"),
    ("cargo-registry", "root/.cargo/registry/a"),
    ("secret-files", "etc/app/jwt_private_key.pem"),
    ("secret-files", "opt/app/keystore.jks"),
    ("secret-files", "opt/app/tls-key.pem"),
    ("secret-files", "opt/app/key.pem"),
    ("secret-files", "opt/app/server_key_2026.pem"),
    ("secret-files", "root/.yarnrc.yml"),
    ("composer-cache", "tmp/cache/files/symfony/console/0a1b.zip"),
    ("composer-cache", "tmp/cache/repo/https---repo.packagist.org/packages.json"),
    ("conda-packages", "opt/miniforge/pkgs/a"),
    ("conda-packages", "opt/anaconda3/pkgs/a"),
    ("conda-packages", "root/.local/share/mamba/pkgs/a"),
    ("gem-cache", "usr/local/share/gems/cache/x-1.gem"),
    ("gem-cache", "root/.local/share/gem/ruby/3.3.0/cache/x-1.gem"),
    ("gem-cache", "root/.cache/gem/specs/rubygems.org%443/specs.4.8"),
]


@pytest.mark.parametrize(("rule", "path"), NEEDED)
def test_what_is_needed_is_left_alone(rule, path):
    assert findings(Image([Layer().file(path, b"1")]), rule).found == ()


@pytest.mark.parametrize(("rule", "path"), FOUND)
def test_its_neighbours_are_found(rule, path):
    assert len(findings(Image([Layer().file(path, b"1")]), rule).found) == 1


TREES = {
    "documentation": [
        *("usr/share/doc/a/NEWS", "usr/share/doc/a/copyright", "usr/share/doc/a/LICENSE-MIT", "usr/share/doc/licences"),
        *("usr/share/info/a.info", "usr/share/doc/a/NOTICE.txt", "usr/share/docs/a", "usr/local/share/doc/b/Licence"),
    ],
    "man-pages": ["usr/share/man/man1/a.1", "usr/local/man/a", "usr/share/manuals/a"],
    "locales": ["usr/share/locale/de/a.mo", "usr/share/locale/locale.alias", "usr/share/locales/a"],
    "npm-cache": ["usr/home/node/.npm/_cacache/a/b/c", "usr/tmp/npm/_cacache/d", "usr/home/node/e"],
    "cargo-registry": ["usr/local/cargo/registry/a", "usr/local/cargo/git/db/b", "usr/local/cargo/bin/a"],
    "gem-cache": ["usr/local/bundle/cache/a.gem", "usr/share/gems/cache/b.gem", "usr/share/gems/gems/b/b"],
    "test-files": [f"{PACKAGES}/a/tests/b", f"{PACKAGES}/a/tests/c/d", f"{PACKAGES}/a/b"],
}


@pytest.mark.parametrize("rule", TREES)
def test_the_command_of_an_edit_removes_what_is_counted_and_nothing_else(rule, tmp_path: Path):
    layer = Layer()
    for path in TREES[rule]:
        layer.file(path, b"12345")
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"12345")
    image = opened(Image([layer], history=[step("RUN /bin/sh -c : # buildkit")]))
    (finding,) = findings(image, rule).found
    command = finding.edit.removeprefix("RUN : && ").replace("/usr/", f"{tmp_path}/usr/")
    subprocess.run(["sh", "-e", "-c", command], check=True)
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(TREES[rule]) - set(finding.paths)
    assert finding.file_bytes == 5 * (len(TREES[rule]) - len(left))


def test_debug_sections_of_a_copied_program_are_stripped_before_and_the_program_stays():
    image = Image([Layer().file("srv/a", b"12345")], history=[step("COPY a /srv # buildkit")])
    (finding,) = findings(image, "debug-symbols", facts=((0, "debug bytes", 3),)).found
    assert finding.edit == "strip the files before COPY a /srv copies them: /srv/a"


def test_an_upgrade_is_not_to_be_dropped_for_what_it_replaces():
    image = Image(
        [Layer().file("a-1/lib", b"12345"), Layer().whiteout("a-1").file("a-2/lib", b"123456")],
        history=[
            step("RUN /bin/sh -c pip install a==1 # buildkit"),
            step("RUN /bin/sh -c pip install -U a # buildkit"),
        ],
    )
    (finding,) = findings(image, "removed-files").found
    assert finding.edit == (
        "layer 1 (RUN pip install -U a) replaces /a-1/lib: have RUN pip install a==1 bring at once what comes then, "
        "or leave out the first"
    )


def test_libraries_of_wheels_are_not_stripped():
    """They were rewritten after linking: strip makes files of some that no program can load."""
    packages = Layer().file("venv/lib/python3.11/site-packages/a.libs/b.so", b"1").file("usr/lib/c.so", b"12")
    facts = ((0, "debug bytes", 1), (1, "debug bytes", 1))
    (finding,) = findings(Image([packages]), "debug-symbols", facts=facts).found
    assert finding.paths == ("usr/lib/c.so",)


def test_what_is_removed_of_a_folder_is_left_out_of_the_copy_and_the_rest_stays():
    image = Image(
        [Layer().file("srv/a", b"12345").file("srv/b", b"123"), Layer().whiteout("srv/a")],
        history=[step("COPY app /srv # buildkit"), step("RUN /bin/sh -c rm /srv/a # buildkit")],
    )
    (finding,) = findings(image, "removed-files").found
    assert finding.edit.startswith("leave out of what COPY app /srv copies, by .dockerignore")


def test_an_option_that_only_useradd_has_is_not_given_to_adduser():
    image = Image(
        [Layer().file("var/log/lastlog", b"1" * 70_000)], history=[step("RUN /bin/sh -c adduser x # buildkit")]
    )
    (finding,) = findings(image, "login-records").found
    assert finding.edit.startswith("RUN adduser x && rm /var/log/lastlog\n")


def alpine(*packages: str) -> bytes:
    """The database of apk with these packages, each with a file of its own."""
    return "".join(f"P:{name}\nV:1-r0\nA:x86_64\nF:usr/share/{name}\nR:a\n\n" for name in packages).encode()


def test_development_packages_of_alpine_are_told_for_the_layer_that_brought_them():
    base, more = ("musl", "musl-dev"), ("musl", "musl-dev", "curl", "curl-dev", "zlib-static", "dev")
    layers = [Layer().file("lib/apk/db/installed", alpine(*names)) for names in (base, more)]
    for layer, names in zip(layers, (base, more[2:]), strict=True):
        for name in names:
            layer.file(f"usr/share/{name}/a", b"1")
    image = opened(Image(layers, history=[step("ADD a /"), step("RUN /bin/sh -c apk add curl-dev # buildkit")]))
    chosen = FindingSettings().narrowed(["dev-packages"], None)
    own, inherited = image.findings(settings=chosen, own_from=1).found
    assert (own.layer, own.paths, own.count, own.file_bytes) == (1, ("curl-dev", "zlib-static"), 2, 0)
    assert own.edit == "in a build stage only, install curl-dev zlib-static"
    assert (inherited.layer, inherited.paths, inherited.inherited) == (0, ("musl-dev",), True)
    spared = FindingSettings(ignore_paths={"dev-packages": ("lib/apk/**",)}).narrowed(["dev-packages"], None)
    assert image.findings(settings=spared).found == ()


def test_development_packages_of_rpm_are_told():
    """The sample database of rpm's own, with one of its packages by another name of the same length."""
    database = sample("rpm/rpmdb.sqlite.gz").replace(b"epochal", b"x-devel")
    image = opened(Image([Layer().file("usr/lib/sysimage/rpm/rpmdb.sqlite", database)]))
    found = image.findings(settings=FindingSettings().narrowed(["dev-packages"], None)).found
    assert [each.paths for each in found] == [("x-devel",)]


@pytest.mark.parametrize(
    ("command", "path", "found"),
    [
        ("dpkg -i /tmp/tool.deb", "tmp/tool.deb", 1),
        ("dnf install --assumeyes ./tool.rpm", "tool.rpm", 1),
        ("unzip tool.zip", "tool.zip", 1),
        ("tar xf a.tar && cp tool.deb /srv", "srv/tool.deb", 0),
        ("apt-get install curl && mv tool.zip /srv", "srv/tool.zip", 0),
    ],
)
def test_an_archive_is_unpacked_by_what_unpacks_its_kind(command, path, found):
    image = Image([Layer().file(path, b"1" * 5000)], history=[step(f"RUN /bin/sh -c {command} # buildkit")])
    assert len(findings(image, "unpacked-archives").found) == found


def test_a_placeholder_is_no_secret():
    image = Image([Layer()], history=[step("RUN /bin/sh -c SECRET_KEY=dummy ./manage.py collectstatic # buildkit")])
    assert findings(image, "secret-values").found == ()


VENV = "venv/lib/python3.12/site-packages"


@pytest.mark.parametrize(
    ("command", "path", "spares"),
    [
        ("cd /srv && /venv/bin/pip install x", f"{VENV}/x/__pycache__/a.pyc", "--no-compile"),
        ("python3 -m pip install x", f"{VENV}/__pycache__/x.pyc", "--no-compile"),
        ("python3 -m venv /venv && /venv/bin/pip install x", f"{VENV}/x/__pycache__/a.pyc", "rm -rf"),
        ("pip install x", f"{VENV}/pip/_internal/__pycache__/a.pyc", "rm -rf"),
        ("pip install x", "usr/local/lib/python3.12/__pycache__/re.pyc", "rm -rf"),
        ("pip install x && ./manage.py collectstatic", f"{VENV}/x/__pycache__/a.pyc", "rm -rf"),
        ("apt-get install python3-x", f"{VENV}/x/__pycache__/a.pyc", "rm -rf"),
    ],
)
def test_pip_spares_what_it_compiles_itself_and_all_else_is_removed(command, path, spares):
    image = Image([Layer().file(path, b"12345")], history=[step(f"RUN /bin/sh -c {command} # buildkit")])
    (finding,) = findings(image, "python-bytecode").found
    removed = f"&& rm -rf /{path.rpartition('/')[0]}"
    assert finding.edit.endswith(removed if spares == "rm -rf" else "pip install --no-compile x")


@pytest.mark.parametrize(
    ("later", "variables", "is_told"),
    [
        ("/venv/bin/python -m compileall x", [], True),
        ("apt-get install python3-numpy", [], True),
        ("pip3.11 install y", ["PATH=/bin"], True),
        ("pip install y", ["PYTHONDONTWRITEBYTECODE=1"], False),
        ("cp -r /usr/lib/python3/dist-packages /srv", [], False),
        ("./pipeline --of conda/", [], False),
    ],
)
def test_what_later_layers_compile_again_is_told(later, variables, is_told):
    layers = [Layer().file(f"{VENV}/__pycache__/x.pyc", b"12345"), Layer().file("x")]
    history = [step(f"RUN /bin/sh -c {each} # buildkit") for each in ("pip install x", later)]
    (finding,) = findings(Image(layers, history=history, runtime={"Env": variables}), "python-bytecode").found
    assert ("with ENV PYTHONDONTWRITEBYTECODE=1 before it: in layer 1 " in finding.edit) == is_told
