"""What findings claim to save is what building the image without them saves: to the byte, and nothing else changes."""

from dataclasses import replace
from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import analyzer.findings.context as context_module
import imgscan
from analyzer.findings.context import Context
from analyzer.findings.edits import left_out
from analyzer.findings.left_behind import left_behind
from analyzer.findings.model import PATHS_SHOWN, Finding, Rule
from analyzer.findings.rules import debug_symbols, duplicate_files, overwritten_files, recopied_files, removed_files
from analyzer.findings.savings import together
from analyzer.globs import Globs
from tests.findings import reference
from tests.findings.finding import facts_table, opened
from tests.images import Image, Layer, gzip, oci_archive, plain
from tests.reference import Layers, stack
from tests.strategies import layer_stacks, to_image


def path_rule(name: str, globs: Globs) -> Rule:
    return Rule(name, name, "waste", "", "", "", left_behind(left_out("rm PATHS")), globs)


RULES = (
    removed_files.RULE,
    recopied_files.RULE,
    overwritten_files.RULE,
    duplicate_files.RULE,
    debug_symbols.RULE,
    path_rule("inside", Globs(directories=("**/a", "b/b"), spared=("**/leaf",))),
    path_rule("named", Globs(files=("**/{b,link}", "a-"))),
    path_rule("secret", Globs(files=("a/*",))),
)


def context_of(image: imgscan.Image, facts=(), own_from: int = 0, by_file: tuple[int, ...] = ()) -> Context:
    analysis = image._analysis
    return Context(
        *(analysis.metadata, analysis.changes, analysis.stack, facts_table(tuple(facts)), own_from),
        by_file=np.array(by_file, np.int64),
        globs=tuple(rule.globs for rule in RULES),
    )


def applied(context: Context) -> list[Finding]:
    """What the rules find, with content of any size looked at for duplicates."""
    with patch.object(context_module, "COPY_BYTES", 1):
        return [finding for rule in RULES for finding in rule.find(rule, context)]


def content(image: imgscan.Image, apart_from: set[str]) -> dict:
    """What stands at each path: kind and content."""
    rows = image.rootfs.select(["path", "kind", "digest", "link_target"]).to_pylist()
    return {row.pop("path"): row for row in rows if row["path"] not in apart_from}


def assert_saves(layers: Layers, image: imgscan.Image, claimed: int, gone: set[int]) -> None:
    """Build it again without what goes: so many bytes less, and all else in its place."""
    rebuilt = opened(to_image(reference.without(layers, gone)))
    assert image.size.file_bytes - rebuilt.size.file_bytes == claimed
    names = {row for row, inode in reference.inode_of_names(layers).items() if inode in gone}
    entries = [entry for layer in layers for entry in layer]
    paths = {found.row: path for path, found in stack(layers).rootfs.items() if found.row is not None}
    absent = {paths[row] for row in names if row in paths}
    assert content(rebuilt, absent) == content(image, absent)
    assert len(entries) == sum(map(len, layers))


@given(layer_stacks(), st.integers(0, 3))
def test_each_finding_alone_saves_what_it_claims(layers: Layers, own_from: int) -> None:
    image = opened(to_image(layers))
    stacked = stack(layers)
    paths = [entry.path for layer in layers for entry in layer]
    for finding in applied(context_of(image, own_from=own_from)):
        gone = reference.vanishing(layers, stacked, set(map(int, finding.rows)))
        assert len(set(map(int, finding.rows))) == len(finding.rows)
        named = {paths[row] for row in finding.rows}
        assert len(named) == (finding.count if finding.file_bytes else 0)
        assert len(set(finding.paths)) == len(finding.paths) == min(finding.count, PATHS_SHOWN)
        assert_saves(layers, image, finding.file_bytes, gone)


@given(layer_stacks(), st.integers(0, 3), st.data())
def test_a_finding_claims_bytes_of_ones_own_or_of_the_parents_and_never_both(
    layers: Layers, own_from: int, data: st.DataObject
) -> None:
    """What a parent brought is pulled as it is, by whole layers or file by file, whatever one's own Dockerfile says."""
    image = opened(to_image(layers))
    entries = [entry for layer in layers for entry in layer]
    stored = {row: entry.stored for row, entry in enumerate(entries) if entry.kind == "file"}
    by_file = tuple(row for row in stored if data.draw(st.booleans()))
    context = context_of(image, own_from=own_from, by_file=by_file)
    found = applied(context)
    layer_of = [at for at, layer in enumerate(layers) for _ in layer]
    parents = {row for row in stored if layer_of[row] < own_from or row in by_file}
    claimed = {each: {int(context.stack.inode[row]) for row in each.rows} for each in found}
    assert all(rows <= parents if each.inherited else rows.isdisjoint(parents) for each, rows in claimed.items())
    own = together(context, [each for each in found if not each.inherited]).file_bytes
    assert own <= sum(stored[row] for row in stored.keys() - parents)
    # That files are shared moves findings from one side to the other. It adds and loses no byte.
    stacked = stack(layers)
    for each in found:
        gone = reference.vanishing(layers, stacked, set(map(int, each.rows)))
        assert sum(stored[row] for row in gone) == each.file_bytes
    with patch.object(context_module, "COPY_BYTES", 1):
        everything = together(context, found).file_bytes
    assert_saves(layers, image, everything, reference.gone_together(layers, found))


@given(layer_stacks(), st.data())
def test_all_findings_together_save_what_they_claim(layers: Layers, data: st.DataObject) -> None:
    """Also any selection of them, as the command line's options make."""
    image = opened(to_image(layers))
    context = context_of(image)
    found = [finding for finding in applied(context) if data.draw(st.booleans()) or finding.rule == "duplicate-files"]
    with patch.object(context_module, "COPY_BYTES", 1):
        claimed = together(context, found).file_bytes
    assert_saves(layers, image, claimed, reference.gone_together(layers, found))
    assert claimed <= sum(finding.file_bytes for finding in found)


@given(layer_stacks(), st.data())
def test_what_shrinks_counts_where_it_stays(layers: Layers, data: st.DataObject) -> None:
    entries = [entry for layer in layers for entry in layer]
    files = [row for row, entry in enumerate(entries) if entry.kind == "file" and entry.stored]
    facts = {row: data.draw(st.integers(0, entries[row].stored)) for row in files}
    context = context_of(opened(to_image(layers)), [(row, "debug bytes", size) for row, size in facts.items()])
    found = applied(context)
    with patch.object(context_module, "COPY_BYTES", 1):
        claimed = together(context, found).file_bytes
    gone = reference.gone_together(layers, found)
    visible = {each.inode for each in stack(layers).rootfs.values()}
    stay = sum(facts[row] for row in files if row in visible and row not in gone)
    assert claimed == sum(entries[row].stored for row in gone) + stay


@given(layer_stacks())
def test_the_dead_are_all_found_but_for_repetitions(layers: Layers) -> None:
    """Removed, recopied and overwritten files together are the ledger's."""
    image = opened(to_image(layers))
    context = context_of(image)
    dead = [each for each in applied(context) if each.rule in ("removed-files", "recopied-files", "overwritten-files")]
    ledger = image.ledger().total
    assert together(context, dead).file_bytes == ledger.removed + ledger.recopied + ledger.overwritten


def test_hard_links_go_only_all_together() -> None:
    image = opened(Image([Layer().file("a/x", b"1" * 100).hardlink("c/link", "a/x").hardlink("c/y", "a/x")]))
    context = context_of(image)
    assert applied(context) == []
    image = opened(Image([Layer().file("a/x", b"1" * 100).hardlink("a/b", "a/x")]))
    assert [(each.rule, each.file_bytes) for each in applied(context_of(image))] == [("inside", 100), ("secret", 100)]
    assert together(context_of(image), applied(context_of(image))).file_bytes == 100


def test_one_copy_stays_where_another_finding_takes_the_first() -> None:
    image = opened(Image([Layer().file("a/x", b"1" * 100).file("c", b"1" * 100).file("d", b"1" * 100)]))
    context = context_of(image)
    found = applied(context)
    assert {each.rule: each.file_bytes for each in found} == {"duplicate-files": 200, "inside": 100, "secret": 100}
    with patch.object(context_module, "COPY_BYTES", 1):
        assert together(context, found).file_bytes == 200


def test_leaving_a_file_out_spares_the_copies_that_chown_made_of_it() -> None:
    layers = [Layer().file("a/x", b"1" * 100), Layer().file("a/x", b"1" * 100, uid=5)]
    found = {each.rule: each for each in applied(context_of(opened(Image(layers))))}
    assert {rule: (each.layer, each.file_bytes) for rule, each in found.items()} == {
        "recopied-files": (1, 100),
        "inside": (0, 200),
        "secret": (0, 200),
    }
    own = {each.rule: each for each in applied(context_of(opened(Image(layers)), own_from=1))}
    assert {rule: (each.layer, each.file_bytes, each.inherited) for rule, each in own.items()} == {
        "recopied-files": (1, 100, False),
        "inside": (1, 100, False),
        "secret": (1, 100, False),
    }


def test_stripping_a_file_spares_the_sections_in_the_copies_that_chown_and_chmod_made_of_it() -> None:
    """A container sees those of the last layer alone; the edits are for the two that made them."""
    layers = [Layer().file("bin/a", b"1" * 100), Layer().file("bin/c", b"2" * 100), Layer(), Layer()]
    for layer, uid in ((layers[2], 1), (layers[3], 2)):
        layer.file("bin/a", b"1" * 100, uid=uid).file("bin/c", b"2" * 100, uid=uid)
    context = context_of(opened(Image(layers)), [(row, "debug bytes", 40 + row % 2) for row in range(6)])
    found = [each for each in applied(context) if each.rule == "debug-symbols"]
    assert [(each.layer, each.file_bytes, each.paths) for each in found] == [(0, 120, ("bin/a",)), (1, 123, ("bin/c",))]
    assert [each.edit.partition("strip ")[2] for each in found] == ["/bin/a", "/bin/c"]
    assert together(context, applied(context)).file_bytes == 400 + 81


def test_the_pull_size_is_the_share_of_headers_and_content(opened) -> None:
    """Of names that go with their content; half a share for half of the content."""
    layer = Layer().file("a/x", bytes(range(256)) * 40).hardlink("a/b", "a/x").file("c", bytes(range(255)) * 20)
    image = opened(oci_archive(Image([layer], compression=gzip)))
    shares = image.changes["pull_bytes"].to_pylist()
    context = context_of(image, [(2, "debug bytes", 2550)])
    found = {finding.rule: finding for finding in applied(context)}
    assert found["inside"].pull_bytes == shares[0] + shares[1]
    assert found["debug-symbols"].pull_bytes == shares[2] / 2
    assert together(context, found.values()).pull_bytes == shares[0] + shares[1] + shares[2] / 2


def test_nothing_is_said_of_the_pull_size_where_layers_are_plain(opened) -> None:
    mixed = Image([Layer().file("a/x", b"1" * 100)], compression=plain)
    context = context_of(opened(oci_archive(mixed)))
    assert {finding.pull_bytes for finding in applied(context)} == {None}
    assert together(context, []).pull_bytes is None


def test_findings_are_compared_by_what_they_say() -> None:
    image = opened(Image([Layer().file("a/x", b"1" * 100)]))
    first, second = applied(context_of(image)), applied(context_of(image))
    assert first == second
    assert first[0] != replace(first[0], count=5)
    assert repr(first[0]) == "<Finding inside layer 0 100 bytes>"
