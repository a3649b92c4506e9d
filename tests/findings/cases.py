"""For each rule an image in which it finds something, what exactly, and an image that comes close and is in order."""

from dataclasses import dataclass, field

from tests.images import Image, Layer, step

BIG, OTHER, SECRET = b"1" * 5000, b"2" * 5000, b"hush"


@dataclass(frozen=True)
class Case:
    """``fires``: an image in which the rule finds ``paths``, ``bytes`` in all; ``silent``: one in which it does not.

    ``facts`` hold for rows of the first, ``silent_facts`` for rows of the second: (row, fact, bytes).
    """

    fires: Image
    silent: Image
    paths: tuple[str, ...]
    bytes: int
    edit: str = ""  # a part of the edit
    facts: tuple[tuple[int, str, int], ...] = ()
    silent_facts: tuple[tuple[int, str, int], ...] = ()
    layers: tuple[int | None, ...] = field(default=(0,))


def one(instruction: str, layer: Layer) -> Image:
    """An image of one layer with the history of one instruction."""
    return Image([layer], history=[step(instruction)])


def run(command: str, *paths: str, **metadata) -> Image:
    """An image of one RUN that leaves files of five bytes and more at these paths."""
    layer = Layer()
    for number, path in enumerate(paths):
        layer.file(path, b"x" * (5 + number), **metadata)
    return one(f"/bin/sh -c {command}", layer)


def left(command: str, path: str, near_miss: str, edit: str, directory_of_others: str = "") -> Case:
    """A RUN that leaves one file behind, and one that leaves a file with nearly that path."""
    return Case(run(command, path), run(command, near_miss), (path,), 5, edit)


CASES = {
    "removed-files": Case(
        Image(
            [Layer().file("tmp/a", BIG).file("b", BIG), Layer().whiteout("tmp/a")],
            history=[step("/bin/sh -c make"), step("/bin/sh -c rm /tmp/a")],
        ),
        Image([Layer().file("tmp/a").file("b", BIG).hardlink("c", "b"), Layer().whiteout("tmp/a").whiteout("b")]),
        ("tmp/a",),
        5000,
        "RUN make && rm -rf /tmp/a\nthen drop the removal in layer 1 (RUN rm /tmp/a)",
    ),
    "recopied-files": Case(
        Image(
            [Layer().file("srv/a", BIG), Layer().file("srv/a", BIG, uid=7, gid=8)],
            history=[step("COPY src /srv # buildkit"), step("RUN /bin/sh -c chown -R 7:8 /srv # buildkit")],
        ),
        Image([Layer().file("srv/a", BIG), Layer().file("srv/a", OTHER, uid=7, gid=8)]),
        ("srv/a",),
        5000,
        "drop RUN chown -R 7:8 /srv, and set the owner where the files come from:\n"
        "COPY --chown=7:8 src /srv  # layer 0",
        layers=(1,),
    ),
    "overwritten-files": Case(
        Image([Layer().file("a", BIG), Layer().file("a", OTHER)]),
        Image([Layer().file("a", BIG), Layer().file("a", BIG)]),
        ("a",),
        5000,
        "/a again",
    ),
    "apt-lists": Case(
        run("apt-get update && apt-get install curl", "var/lib/apt/lists/deb_Packages", "var/cache/apt/pkgcache.bin"),
        run("apt-get update && apt-get install curl", "var/lib/apt/extended_states", "var/cache/apt-show/x"),
        ("var/cache/apt/pkgcache.bin", "var/lib/apt/lists/deb_Packages"),
        11,
        "RUN apt-get update && apt-get install curl && apt-get clean && rm -rf /var/lib/apt/lists/*",
    ),
    "apk-cache": left("apk add curl", "var/cache/apk/a.apk", "var/cache/apkx/a", "RUN apk add --no-cache curl"),
    "dnf-cache": left("dnf install -y vi", "var/cache/dnf/x.solv", "var/lib/dnf/history.sqlite", "/var/cache/dnf"),
    "pip-cache": left(
        "pip install flask", "root/.cache/pip/http/a", "root/.cache/pipx", "RUN pip install --no-cache-dir flask"
    ),
    "npm-cache": left("npm ci", "root/.npm/_cacache/a", "root/.npmrc-template", "RUN npm ci && rm -rf /root/.npm"),
    "yarn-cache": left("yarn", "usr/local/share/.cache/yarn/a", "srv/.yarn/cache/a.zip", "RUN yarn && rm -rf"),
    "conda-packages": left("conda install x", "opt/conda/pkgs/a", "srv/pkgs/a", "conda clean --all --yes"),
    "composer-cache": left(
        "composer install", "root/.composer/cache/a", "root/.composer/auth", "&& rm -rf /root/.composer/cache"
    ),
    "go-cache": left("go build", "root/.cache/go-build/aa/a", "go/bin/a", "go clean -cache -modcache"),
    "cargo-registry": left("cargo build", "usr/local/cargo/registry/a", "usr/local/cargo/bin/a", "registry"),
    "maven-repository": left(
        "mvn package", "root/.m2/repository/a.jar", "root/.m2/settings.xml", "&& rm -rf /root/.m2/repository"
    ),
    "gem-cache": left(
        "gem install x", "usr/lib/ruby/gems/3.1.0/cache/x.gem", "usr/lib/ruby/gems/3.1.0/gems/x/a", "cache"
    ),
    "version-control": Case(
        one("COPY . /srv # buildkit", Layer().file("srv/.git/config", b"12345").file("srv/.gitignore", b"1")),
        one("COPY . /srv # buildkit", Layer().file("srv/.gitignore", b"1").file("srv/.github/workflows/a", b"1")),
        ("srv/.git/config",),
        5,
        ".dockerignore",
    ),
    "unpacked-archives": Case(
        one("RUN x", Layer().file("opt/tool-1.0.tar.gz", BIG).file("opt/tool-1.0/bin", b"1")),
        one("RUN x", Layer().file("opt/tool-1.0.tar.gz", BIG).file("opt/tool-1.1/bin", b"1").directory("opt/tool-1.0")),
        ("opt/tool-1.0.tar.gz",),
        5000,
        "/opt/tool-1.0.tar.gz",
    ),
    "login-records": Case(
        one("/bin/sh -c useradd --uid 9999999 app", Layer().sparse("var/log/lastlog", [(0, b"1" * 512)], 2**30, "1.0")),
        one("/bin/sh -c useradd app", Layer().file("var/log/lastlog", b"1" * 512)),
        ("var/log/lastlog",),
        512,
        "RUN useradd --no-log-init --uid 9999999 app\n1,073,741,824 bytes",
    ),
    "duplicate-files": Case(
        one("COPY . /srv # buildkit", Layer().file("srv/a", BIG).file("srv/b", BIG).hardlink("srv/c", "srv/b")),
        one("COPY . /srv # buildkit", Layer().file("srv/a", BIG[:4095]).file("srv/b", BIG[:4095])),
        ("srv/b", "srv/c"),
        5000,
        "ln -sf /srv/a /srv/b",
    ),
    "build-tools": left("apt-get install gcc", "usr/bin/gcc-12", "usr/bin/gccgo-doc", "in a stage of its own"),
    "headers": left(
        "apt-get install libpq-dev", "usr/include/pq.h", "usr/share/includes/pq.h", "in a stage of its own"
    ),
    "static-libraries": left("make", "usr/lib/x86_64-linux-gnu/libpq.a", "usr/lib/libpq.so", "in a stage of its own"),
    "dev-packages": Case(
        run("apt-get install libpq-dev", "var/lib/dpkg/info/libpq-dev:amd64.list"),
        run("apt-get install libpq5", "var/lib/dpkg/info/libpq5:amd64.list", "var/lib/dpkg/info/x-devel.list"),
        ("var/lib/dpkg/info/libpq-dev:amd64.list",),
        0,
        "install libpq-dev",
    ),
    "debug-symbols": Case(
        run("make", "usr/bin/server", "usr/bin/client"),
        run("make", "usr/bin/server"),
        ("usr/bin/client",),
        4,
        "strip /usr/bin/client",
        facts=((1, "debug bytes", 4), (0, "private key", 5)),
        silent_facts=((0, "debug bytes", 0),),
    ),
    "test-files": left(
        "pip install x",
        "usr/lib/python3/dist-packages/x/tests/test_a.py",
        "srv/app/tests/test_a.py",
        "RUN pip install x && rm -rf /usr/lib/python3/dist-packages/x/tests",
    ),
    "documentation": left(
        "apt-get install x",
        "usr/share/doc/x/NEWS",
        "usr/share/doc/x/copyright",
        "RUN apt-get install x && find /usr/share/doc -type f ! -iname '*copyright*'",
    ),
    "man-pages": left(
        "apt-get install x", "usr/share/man/man1/x.1.gz", "usr/share/manual/x", "find /usr/share/man ! -type d -delete"
    ),
    "locales": left(
        "x",
        "usr/share/locale/de/LC_MESSAGES/x.mo",
        "usr/share/locale/locale.alias",
        "/usr/share/locale ! -type d ! -name",
    ),
    "python-bytecode": left(
        "pip install x", "venv/lib/site-packages/__pycache__/a.pyc", "srv/a.py", "RUN pip install --no-compile x"
    ),
    "secret-files": Case(
        Image(
            [
                Layer().file("root/.ssh/id_ed25519", SECRET).file("srv/.env", SECRET),
                Layer().whiteout("root/.ssh/id_ed25519"),
            ],
            history=[step("COPY . / # buildkit"), step("/bin/sh -c rm /root/.ssh/id_ed25519")],
        ),
        one(
            "COPY . / # buildkit",
            Layer()
            .file("root/.ssh/id_ed25519.pub", SECRET)
            .file("root/.netrc")
            .file("srv/.env.example", SECRET)
            .file("etc/ssl/certs/ca.pem", SECRET)
            .file("usr/lib/python3/dist-packages/tls/server.key", SECRET)
            .file("usr/share/doc/openssl/server-key.pem", SECRET),
        ),
        ("root/.ssh/id_ed25519", "srv/.env"),
        8,
        "layer 1 (RUN rm /root/.ssh/id_ed25519) hides it, and layer 0 still has it",
    ),
    "private-keys": Case(
        run("x", "srv/config.txt"),
        run("x", "usr/share/doc/openssl/key.txt", "opt/node_modules/tls/test.txt"),
        ("srv/config.txt",),
        5,
        "never store /srv/config.txt",
        facts=((0, "private key", 5),),
        silent_facts=((0, "private key", 5), (1, "private key", 6)),
    ),
    "secret-values": Case(
        Image(
            [Layer(), Layer()],
            history=[
                step("RUN |1 NPM_TOKEN=hush /bin/sh -c npm ci # buildkit"),
                step("ENV DB_PASSWORD=hush", empty_layer=True),
                step("/bin/sh -c curl https://joe:hush@example.com/"),
            ],
            runtime={"Env": ["PATH=/bin", "DB_PASSWORD=hush", "AWS=AKIA" + "ABCDEFGH" * 2]},
        ),
        Image(
            [Layer()],
            history=[
                step("ENV GPG_KEY=0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D", empty_layer=True),
                step("RUN |1 PASSWORD_FILE=/run/secrets/x /bin/sh -c TOKEN=$(cat /run/x) API_KEY=/x TOKENS=3 run"),
            ],
            runtime={"Env": ["DB_PASSWORD=", "DB_PASSWORD_FILE=/run/secrets/db", "SECRET_TOKEN=$OTHER"]},
        ),
        ("AWS: AWS access key", "DB_PASSWORD", "NPM_TOKEN", "password in a URL"),
        0,
        "--mount=type=secret",
        layers=(None, 0, 1),
    ),
    "world-writable": Case(
        one("x", Layer().directory("srv/up", mode=0o777).file("srv/a", b"1", mode=0o666)),
        one("x", Layer().directory("tmp", mode=0o1777).symlink("a", "tmp").file("srv/a", b"1", mode=0o664)),
        ("srv/a", "srv/up"),
        0,
        "chmod o-w /srv/up /srv/a",
    ),
    "setuid-files": Case(
        one("x", Layer().file("bin/su", b"1", mode=0o4755)),
        one("x", Layer().file("bin/a", b"1", mode=0o2644).directory("var/mail", mode=0o2775)),
        ("bin/su",),
        0,
        "chmod ug-s /bin/su",
    ),
}
