"""`imgscan findings`: the list to read, the formats for programs, the options and the settings file."""

import json

import pytest

import imgscan
from analyzer.findings.rules import RULES
from tests.images import Image, Layer, docker_archive, gzip, oci_archive, step


def test_the_list_ends_with_what_all_saves(printed, sample) -> None:
    lines = printed("findings", sample).decode().splitlines()
    assert lines[0] == "  130 kB  recopied-files: Stored again unchanged"
    assert lines[1] == "          layer 14  RUN chown -R 10001:10001 /srv/app"
    assert "            COPY --chown=10001:10001 … ./  # layer 6" in lines
    assert lines[-1] == (
        "10 findings, all together save 286 kB (286,001 bytes): 286,001 bytes by the 9 in your own layers, "
        "nothing by the 1 in the parent image, which another Dockerfile makes"
    )
    assert "   476 B  private-keys: Private keys, also secret-files, removed-files" in lines
    assert sum("layer 7 still has it" in line for line in lines) == 1


def test_formats_for_programs_have_the_same_findings(printed, sample, image: imgscan.Image) -> None:
    rows = json.loads(printed("findings", sample, "--format", "json"))
    found = image.findings().found
    assert [(row["rule"], row["layer"], row["file_bytes"]) for row in rows] == [
        (each.rule, each.layer, each.file_bytes) for each in found
    ]
    assert rows[0]["paths"][0] == "srv/app/catalogue.csv"
    assert printed("findings", sample, "-f", "csv").decode().splitlines()[0].startswith("rule,title,severity,layer,")


def test_rules_are_chosen_by_option_and_by_file(run, sample, folder) -> None:
    (folder / "imgscan.toml").write_text('[findings]\nselect = ["removed-files", "setuid-files"]\n')

    def rules(*options: str) -> set[str]:
        return {row["rule"] for row in json.loads(run("findings", sample, "-f", "json", *options).stdout)}

    assert rules() == {"removed-files", "setuid-files"}
    assert rules("--ignore", "setuid-files") == {"removed-files"}
    assert rules("--select", "secret-files, duplicate-files") == {"secret-files", "duplicate-files"}
    other = folder / "other.toml"
    other.write_text("[findings.ignore-paths]\nremoved-files = ['srv/**', 'var/**', 'root/**']\n")
    assert "removed-files" not in rules("--config", str(other))


def test_wrong_settings_are_one_line(run, sample, folder) -> None:
    (folder / "imgscan.toml").write_text("[findings]\nselct = []\n")
    done = run("findings", sample)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == (
        b"imgscan: error: imgscan.toml, line 2: there is no key findings.selct\nhint: did you mean select?\n"
    )


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_each_rule_can_be_explained_without_an_image(printed, rule: str) -> None:
    text = printed("findings", "--explain", rule).decode()
    assert text.startswith(f"{rule}: ")
    assert "Instead of\n" in text


def test_nothing_found(run, write) -> None:
    done = run("findings", write(docker_archive(Image([Layer().file("a", b"1")]))))
    assert (done.returncode, done.stdout) == (0, b"No findings.\n")


def test_bytes_to_pull_are_told_where_layers_are_compressed(run, write) -> None:
    image = Image([Layer().file("var/lib/apt/lists/a", b"1" * 3000)], compression=gzip)
    last = run("findings", write(oci_archive(image))).stdout.decode().splitlines()[-1]
    assert last.startswith("1 finding, saves 3.00 kB (3,000 bytes, ")
    assert last.endswith(" to pull)")


def test_hostile_names_and_instructions_are_spelled_out(run, write) -> None:
    name = "var/lib/apt/lists/\x1b[2J\n::error::\u202e"
    image = Image([Layer().file(name, b"1" * 9)], history=[step("RUN /bin/sh -c echo \x1b]0;x\x07")])
    done = run("findings", write(docker_archive(image)))
    assert done.returncode == 0
    assert all(line.isprintable() for line in done.stdout.decode().splitlines())
    assert b"\n::error" not in done.stdout


def test_a_list_that_is_cut_says_so(printed, sample) -> None:
    text = printed("findings", sample, "--top", "1").decode()
    assert "\nand 9 more findings\n\n10 findings, all together save" in text


def test_all_paths_are_told_whole(printed, write) -> None:
    """Of files, packages and variables, each of which a rule of its own counts."""
    lists = [f"var/lib/apt/lists/{number:02}/{'x' * 150}" for number in range(12)]
    packages = [f"lib{number:02}-dev" for number in range(13)]
    database = "".join(f"P:{each}\nV:1-r0\nA:x86_64\n\n" for each in packages)
    layer = Layer().files(dict.fromkeys(lists, b"1") | {"lib/apk/db/installed": database.encode()})
    secrets = [f"A{number:02}_PASSWORD" for number in range(14)]
    runtime = {"Env": [f"{each}=hunter{at}secret" for at, each in enumerate(secrets)]}
    image = write(docker_archive(Image([layer], runtime=runtime)))
    asked = ("findings", image, "--select", "apt-lists,dev-packages,secret-values")
    rows, first = (json.loads(printed(*asked, "-f", "json", *more)) for more in (["--all-paths"], []))
    assert {row["rule"]: (row["count"], sorted(row["paths"])) for row in rows} == {
        "apt-lists": (12, lists), "dev-packages": (13, packages), "secret-values": (14, secrets),
    }  # fmt: skip
    assert [row["paths"][:10] for row in rows] == [row["paths"] for row in first]
    lines = [line.strip() for line in printed(*asked, "--all-paths").decode().splitlines()]
    assert {*lists, *packages, *secrets} <= set(lines)
    assert not [line for line in lines if line.endswith("more")]


def test_lines_of_a_dockerfile_are_told(printed, samples, sample) -> None:
    path = samples / "dockerfiles" / "app-2.0" / "Dockerfile"
    line = 1 + next(at for at, line in enumerate(path.read_text().splitlines()) if line.startswith("RUN chown -R"))
    text = printed("findings", sample, "--dockerfile", path).decode()
    assert f"layer 14, Dockerfile:{line}  RUN chown -R 10001:10001 /srv/app\n" in text
    rows = json.loads(printed("findings", sample, "--dockerfile", path, "-f", "json"))
    assert [row["dockerfile_line"] for row in rows if row["layer"] == 14] == [line]
    assert [row["dockerfile_line"] for row in rows if row["inherited"]] == [None]


def test_lines_to_copy_are_whole(printed, write) -> None:
    long = "RUN /bin/sh -c echo " + "word " * 400 + "# buildkit"
    image = write(docker_archive(Image([Layer().file("var/lib/apt/lists/a", b"1")], history=[step(long)])))
    file = write(b"FROM scratch\nRUN echo " + b"word " * 400 + b"\n", "Dockerfile")
    lines = printed("findings", image, "--dockerfile", file).decode().splitlines()
    assert sum(len(line) > 2000 and line.endswith("rm -rf /var/lib/apt/lists/*") for line in lines) == 1


def test_the_end_tells_what_is_the_parents(run, write) -> None:
    parent, own = Layer().file("usr/share/man/a", b"1" * 30), Layer().file("usr/share/man/b", b"1" * 5)
    of_parent = write(docker_archive(Image([parent])), "parent.tar")
    image = write(docker_archive(Image([parent, own])))
    last = run("findings", image, "--parent", of_parent).stdout.decode().splitlines()[-1]
    assert last == (
        "2 findings, all together save 35 B: 5 bytes by the 1 in your own layers, "
        "30 bytes by the 1 in the parent image, which another Dockerfile makes"
    )


def test_findings_that_save_no_bytes(run, write) -> None:
    image = write(docker_archive(Image([Layer().file("bin/su", b"1", mode=0o4755)])))
    assert run("findings", image).stdout.decode().splitlines()[-1] == "1 finding, nothing to save"


def test_rules_that_are_selected_and_ignored_are_an_error(run, sample) -> None:
    done = run("findings", sample, "--select", "headers,man-pages", "--ignore", "man-pages, headers")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"imgscan: error: no rule is left: headers, man-pages are selected and ignored\n")
    assert b"hint: " in done.stderr


def test_an_unknown_rule_is_an_error_with_the_nearest(run, sample) -> None:
    for option in ("--select", "--ignore", "--explain"):
        done = run("findings", sample, option, "man-page")
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr == b"imgscan: error: there is no rule 'man-page'\nhint: did you mean man-pages?\n"


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_an_empty_list_of_rules_is_refused(run, sample, option) -> None:
    """As an empty variable in a pipeline gives it."""
    done = run("findings", sample, option, "")
    assert done.returncode == 2
    assert b"no rule is named" in done.stderr
