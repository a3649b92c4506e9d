"""Rules that `imgscan gate` reads: of settings files, of `.dive-ci` files and of the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.gating import NEW, OLD, PARENT, SAMPLES
from tests.images import Image, Layer, docker_archive, step


def test_settings_of_the_folder_hold(gate, folder: Path) -> None:
    (folder / "imgscan.toml").write_text(
        '[gate.limits]\nlayers = { limit = 17, level = "warn" }\nrootfs_bytes = "1 MB"\n'
        '[[gate.allow]]\nrule = "limits.files"\nreason = "until the next parent"\nuntil = 2020-01-31\n'.replace(
            "\\\n", "\n"
        )
    )
    done = gate(NEW, "-r", "files=1")
    assert done.status == 1
    assert "warned  limits.layers" in done.out
    assert "limits.files: the exception ran out on 2020-01-31: until the next parent" in done.out


BAD_SETTINGS = {
    "[gate.limit]\nlayers = 1": "gate.limit",
    '[gate.limits]\nlayers = { limit = 1, lvl = "warn" }': "gate.limits.layers",
    "[gate.limits]\nlayer = 1": "limits.layer: there is no such figure",
    '[gate.limits]\nrootfs_bytes = "5 MX"': "limits.rootfs_bytes: '5 MX' has no unit of bytes",
    '[gate.growth]\nefficiency = "5%"': "growth.efficiency: growth is counted in bytes only",
    '[[gate.allow]]\nrule = "x"\nreason = "y"\nuntil = "soon"': "gate.allow",
}


@pytest.mark.parametrize("settings", BAD_SETTINGS)
def test_settings_that_make_no_sense_are_one_line(gate, folder: Path, settings: str) -> None:
    (folder / "imgscan.toml").write_text(settings.replace("\\\n", "\n"))
    done = gate(NEW)
    assert (done.status, done.out) == (2, "")
    first, *more = done.err.splitlines()
    assert first.startswith("imgscan: error: ")
    assert BAD_SETTINGS[settings] in first
    assert [line for line in more if not line.startswith("hint: ")] == []


def test_a_gate_that_would_judge_nothing_is_trouble(gate, folder: Path) -> None:
    for settings in ("", "[findings]\nignore = []\n", "[gate.limits]\n"):
        (folder / "imgscan.toml").write_text(settings)
        done = gate(NEW, "--baseline", OLD)
        assert (done.status, done.out) == (2, "")
        assert "no rules" in done.err
    (folder / "imgscan.toml").unlink()
    (folder / "imgscan.toml").mkdir()
    done = gate(NEW, "-r", "files=100")
    assert (done.status, done.out) == (2, "")
    assert "imgscan.toml is no file" in done.err


MISSPELT = {
    '[gate.forbidden]\nfindings = ["secret-file"]': "did you mean secret-files?",
    '[gate.forbidden]\npaths = [""]': "forbidden.paths: an empty word names nothing",
    '[gate.packages]\n"pyhton:numpy" = "1 kB"': "there is no type of package 'pyhton'",
    '[gate.packages]\n"python:" = "1 kB"': "names no package",
    "[gate.limits]\nrootfs_bytes = nan": "rootfs_bytes: nan is no number of bytes",
    "[gate.limits]\nrootfs_bytes = inf": "rootfs_bytes: inf is no number of bytes",
    '[gate.limits]\nrootfs_bytes = "99999999999999999999 TB"': "more than any image has",
    '[gate.growth]\nrootfs_bytes = "max(5 MB)"': "needs two amounts",
    '[gate.limits]\nrootfs_bytes = "5 mb"': "did you mean MB?",
    '[[gate.allow]]\nrule = "limits.rootfs_byte"\nreason = "x"\nuntil = 2030-01-01': "did you mean rootfs_bytes?",
    '[[gate.allow]]\nrule = "rootfs_bytes"\nreason = "x"\nuntil = 2030-01-01': "there is no rule 'rootfs_bytes'",
    '[[gate.allow]]\nrule = "limits.files"\nreason = ""\nuntil = 2030-01-01': "allow: reason is empty",
}


@pytest.mark.parametrize("settings", MISSPELT)
def test_a_rule_that_could_never_hold_or_break_is_an_error(gate, folder: Path, settings: str) -> None:
    (folder / "imgscan.toml").write_text(settings)
    done = gate(NEW, "-r", "files=100")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("imgscan: error: imgscan.toml, line ")
    assert MISSPELT[settings] in done.err


def test_a_limit_beyond_what_numbers_hold_is_an_error(gate) -> None:
    for rule in (
        "rootfs_bytes=" + "9" * 47,
        "growth.rootfs_bytes=" + "9" * 26 + "%",
        "files=" + "9" * 30,
        "files=" + "9" * 4000,
        "efficiency=" + "9" * 4000,
        "efficiency=inf",
        "files=-" + "9" * 4000,
    ):
        assert gate(NEW, "-r", rule).err.startswith("imgscan: error: ")


def test_a_rule_is_there_once_on_the_command_line(gate) -> None:
    for twice in ("files=99", "limits.files=2"):
        done = gate(NEW, "-r", "files=1", "-r", twice)
        assert (done.status, done.out) == (2, "")
        assert done.err == "imgscan: error: --rule: limits.files is there more than once\nhint: one is taken\n"
    assert gate(NEW, "-r", "files=99", "-r", "growth.files=1").status == 2
    assert gate(NEW, "-r", "rootfs_bytes=1 GB", "-r", "own.rootfs_bytes=1 GB").status == 0


def test_settings_that_are_not_read_are_told(gate, folder: Path) -> None:
    (folder / "imgscan.toml").write_text("[gate.limits]\nfiles = 99\n")
    (folder / "pyproject.toml").write_text("[tool.imgscan.gate.limits]\nfiles = 1\n")
    done = gate(NEW)
    assert done.status == 0
    assert "note: pyproject.toml has [tool.imgscan] too, which is not read: imgscan.toml comes first" in done.out
    assert "not read" not in gate(NEW, "--config", "imgscan.toml").out
    for other in ("[tool.other]\n", "no toml"):
        (folder / "pyproject.toml").write_text(other)
        assert "not read" not in gate(NEW).out


def test_budgets_that_nothing_matches_are_told(gate, folder: Path) -> None:
    (folder / "imgscan.toml").write_text(
        '[gate.paths]\n"srv/**" = "1 GB"\n"svr/**" = "1 MB"\n"none/**" = 0\n[gate.packages]\n"python:nunpy" = "1 MB"\n'
    )
    done = gate(SAMPLES / "packages.tar")
    assert "note: nothing with bytes in it matches " in done.out
    (line,) = (each for each in done.out.splitlines() if "nothing with bytes" in each)
    assert "paths.svr/**" in line
    assert "packages.python:nunpy" in line
    assert "none/**" not in line


def test_a_limit_that_is_just_missed_is_told_apart(gate) -> None:
    def numbers(rule: str) -> list[str]:
        (line,) = (each for each in gate(NEW, "-r", rule).out.splitlines() if each.startswith("failed  limits."))
        return line.split()[2:]

    limit, found, left = numbers("efficiency=62.4%")
    assert limit.startswith("62.4")
    assert limit != found
    assert left.startswith("-0.0")
    assert left != "-0.00%"


def test_what_was_found_is_named_and_paths_may_be_left_out(gate, folder: Path) -> None:
    rules = '[gate.forbidden]\nfindings = ["secret-files"]\n'
    (folder / "imgscan.toml").write_text(rules)
    done = gate(NEW)
    assert done.status == 1
    assert "forbidden.findings: secret-files in layer" in done.out
    (folder / "imgscan.toml").write_text(rules + '[findings.ignore-paths]\nsecret-files = ["**"]\n')
    assert gate(NEW).status == 0


def test_packages_go_by_name_or_by_ecosystem_and_name(gate, folder: Path) -> None:
    for name in ("acme-prices", "python:ACME-prices", "python:acme-p*"):
        (folder / "imgscan.toml").write_text(f'[gate.packages]\n"{name}" = 1\n')
        assert gate(SAMPLES / "packages.tar").status == 1, name


def test_sections_hold_for_the_images_they_name(gate, folder: Path) -> None:
    (folder / "imgscan.toml").write_text(
        '[[gate.image]]\nname = "acme/app:1*"\nlimits = { layers = 1 }\n'
        '[[gate.image]]\nname = "acme/app:2*"\nplatform = "linux/*"\nlimits = { layers = 100 }\n'
    )
    assert gate(OLD).status == 1
    done = gate(NEW)
    assert done.status == 0
    assert "rules: imgscan.toml" in done.out
    done = gate(PARENT)
    assert done.status == 2
    assert "no rules for this image" in done.err


def test_a_section_that_fits_no_image_is_told_once(gate, folder: Path) -> None:
    (folder / "imgscan.toml").write_text(
        "[gate.limits]\nlayers = 100\n"
        '[[gate.image]]\nname = "acme/app:1*"\nlimits = { layers = 90 }\n'
        '[[gate.image]]\nname = "acme/ap:*"\nplatform = "linux/arm64"\nlimits = { layers = 90 }\n'
    )
    done = gate(OLD, NEW)
    assert done.status == 0
    assert [line for line in done.out.splitlines() if line.startswith("note: ")] == [
        "note: no image of this run fits [[gate.image]] acme/ap:* on linux/arm64"
    ]
    assert "fits [[gate.image]] acme/app:1*, acme/ap:* on linux/arm64" in gate(NEW).out
    assert gate(OLD, "missing.tar").status == 2


def test_rules_of_dive_are_judged_beside_others(gate, folder: Path) -> None:
    """The figures that dive 0.13.1 prints of this image are in docs/comparison.md's tests."""
    (folder / ".dive-ci").write_text("rules:\n  lowestEfficiency: 0.99\n  highestUserWastedPercent: disabled\n")
    done = gate(NEW, "--dive-ci", folder / ".dive-ci", "-r", "layers=20", "-f", "json")
    assert done.status == 1
    (document,) = json.loads(done.out)
    assert [(each["rule"], each["status"]) for each in document["outcomes"]] == [
        ("dive.lowestEfficiency", "failed"),
        ("limits.layers", "passed"),
    ]
    (folder / ".dive-ci").write_text("rules:\n  lowestEfficiency: much\n")
    assert gate(NEW, "--dive-ci", folder / ".dive-ci").status == 2
    assert gate(NEW, "--dive-ci", folder / "missing").err.startswith("imgscan: error: cannot read ")


def _exception(rule: str, until: str, image: str = "*") -> str:
    return f'[[gate.allow]]\nrule = "{rule}"\nreason = "why"\nuntil = {until}\nimage = "{image}"\n'


def test_exceptions_that_nobody_needed_are_told(gate, folder: Path) -> None:
    (folder / "imgscan.toml").write_text(
        "[gate.limits]\nfiles = 1\nlayers = 99\n"
        + _exception("limits.files", "2199-01-01")
        + _exception("limits.layers", "2020-01-01")
        + _exception("limits.files", "2199-01-02", "acme/ap:*")
        + _exception("growth.rootfs_bytes", "2199-01-02")
    )
    needless = [
        "note: needless exception from limits.layers until 2020-01-01: the rule holds without it",
        "note: needless exception from limits.files until 2199-01-02: no image here is called acme/ap:*",
        "note: needless exception from growth.rootfs_bytes until 2199-01-02: no image here has that rule",
    ]
    done = gate(NEW)
    assert done.status == 0
    assert [line for line in done.out.splitlines() if line.startswith("note: ")] == needless
    for form in ("markdown", "json"):
        text = gate(NEW, "--format", form).out
        assert all(each.removeprefix("note: ") in text for each in needless)


def test_many_needless_exceptions_are_counted(gate, folder: Path) -> None:
    rules = [_exception("limits.files", f"2199-01-{day:02}") for day in range(1, 9)]
    (folder / "imgscan.toml").write_text("[gate.limits]\nfiles = 999\n" + "".join(rules))
    assert "note: 3 more needless exceptions" in gate(NEW).out


def test_what_is_forbidden_may_only_warn(gate, folder: Path) -> None:
    (folder / "imgscan.toml").write_text(
        '[gate.forbidden]\nsecrets = { level = "warn" }\n[gate.required]\nlabels = { names = ["a"], level = "warn" }\n'
    )
    done = gate(NEW, "-o", "gate.xml", "-o", "gate.sarif", "-f", "github")
    assert done.status == 0
    assert [line.partition(" ")[0] for line in done.out.splitlines()] == ["::warning", "::warning"]
    assert "<failure" not in (folder / "gate.xml").read_text()
    (folder / "imgscan.toml").write_text("[gate.forbidden]\nsecrets = { }\n")
    assert gate(NEW).status == 1


def test_budgets_of_instructions_are_judged_above_a_parent_that_was_imported(gate, folder: Path) -> None:
    """As the hint says: docker import leaves no instruction."""
    base, own = Layer().file("bin/sh", b"1" * 9), Layer().file("a", b"22")
    imported = {"created_by": "", "comment": "Imported from -"}
    (folder / "base.tar").write_bytes(docker_archive(Image([base], history=[imported])))
    (folder / "app.tar").write_bytes(docker_archive(Image([base, own], history=[imported, step("RUN make")])))
    rule = ("-r", "layers.RUN make*=1")
    trouble = gate("app.tar", *rule)
    assert trouble.status == 2
    assert "judge own layers only: --own --parent IMAGE" in trouble.err
    assert "layers.RUN make*    1 B    2 B  -1 B" in gate("app.tar", *rule, "--own", "--parent", "base.tar").out


def test_a_forbidden_finding_is_told_with_its_own_edit_and_sizes_only_where_a_rule_is_about_bytes(
    gate, folder: Path
) -> None:
    """A key and a password file; what else wins bytes back mends no secret."""
    (folder / "imgscan.toml").write_text("[gate.forbidden]\nsecrets = true\n")
    lines = gate(NEW).out.splitlines()
    at = lines.index("2 forbidden findings to mend:")
    assert [line.split(":")[0].strip() for line in lines[at + 1 :]] == [
        "layer 7  private-keys", "=> never store /root/.ssh/id_ed25519",
        "layer 8  secret-files", "=> never store /root/.aws/credentials",
    ]  # fmt: skip
    both = gate(NEW, "-r", "rootfs_bytes=1").out
    assert "2 forbidden findings to mend:" in both
    assert "9 findings would win back 286 kB, all together:" in both
    (folder / "imgscan.toml").write_text('[gate.forbidden]\nfindings = ["removed-files"]\n')
    assert "and 1 more finding: see imgscan findings" in gate(NEW).out


def test_dives_rules_that_are_all_disabled_are_none(gate, folder: Path) -> None:
    names = ("lowestEfficiency", "highestUserWastedPercent", "highestWastedBytes")
    (folder / ".dive-ci").write_text("rules:\n" + "".join(f"  {name}: disabled\n" for name in names))
    done = gate(NEW, "--dive-ci", ".dive-ci")
    assert (done.status, done.out) == (2, "")
    assert "no rules: this folder has no imgscan.toml, and .dive-ci disables all of its own" in done.err
    assert gate(NEW, "--dive-ci", ".dive-ci", "-r", "files=99").status == 0


def test_settings_from_a_pipe_which_is_read_once_hold_for_reasons_too(run) -> None:
    """What they leave out of findings would win no bytes back."""
    settings = b'[findings.ignore-paths]\nrecopied-files = ["srv/**"]\n[gate.limits]\nfiles = 1\n'
    done = run("gate", NEW, "--config", "/dev/stdin", "-f", "json", given=settings)
    assert done.returncode == 1, done.stderr
    (verdict,) = json.loads(done.stdout)
    rules = [each["rule"] for each in verdict["savings"]["found"]]
    assert "removed-files" in rules
    assert "recopied-files" not in rules
