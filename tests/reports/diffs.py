"""Diff documents made in code: a small ordinary one with packages, and each part replaced at will."""

from __future__ import annotations

from typing import Any

import msgspec

from reports.diff.document import (
    CauseSection,
    ChangeCount,
    ConfigChangeSection,
    ContentSection,
    CostSection,
    DiffDocument,
    FileChange,
    FilesSection,
    GrowthPartsSection,
    GrowthSection,
    GrowthTreeSection,
    LayerCostSection,
    LayerPairSection,
    MovedFolder,
    PackageChangeSection,
    ReorderingSection,
    SideSection,
    StrictSection,
)
from reports.document import SizeSection
from tests.reports.documents import image

NUMPY = "usr/lib/python3/dist-packages/numpy"


def cause(kind: str, name: str, count: int, *causes: CauseSection, **fields: Any) -> CauseSection:
    section = CauseSection(kind, name, count, max(len(causes), 1), None, None, None, list(causes))
    return msgspec.structs.replace(section, **fields)


def side(name: str, size: SizeSection, **fields: Any) -> SideSection:
    return SideSection(image(name=name, tags=[name], **fields), size)


def layer_pair(status: str, old: int | None, new: int | None, instruction: str, growth: int = 0) -> LayerPairSection:
    evidence = {"same": "diff ID", "inserted": None, "removed": None}.get(status, "instruction")
    sizes = (None if old is None else 50_000_000, None if new is None else 50_000_000 + growth)
    return LayerPairSection(status, old, new, evidence, instruction, *sizes, growth)


def package_change(name: str, change: str, old: list[str], new: list[str], *sizes: int) -> PackageChangeSection:
    return PackageChangeSection("python", name, change, old, new, *sizes, sizes[1] - sizes[0])


def file_change(path: str, change: str, old: int, new: int, **fields: Any) -> FileChange:
    section = FileChange(
        path=path,
        old_path=None,
        change=change,
        what=[],
        bytes=new - old,
        bytes_old=old,
        bytes_new=new,
        layer_old=None if change == "added" else 1,
        layer_new=None if change == "removed" else 1,
        package=None,
    )
    return msgspec.structs.replace(section, **fields)


def layer_cost(layer: int, instruction: str, blob: int | None, **fields: Any) -> LayerCostSection:
    section = LayerCostSection(layer, instruction, blob, 82_000_000, 81_000_000, 50_000_000)
    return msgspec.structs.replace(section, **fields)


def growth() -> GrowthSection:
    """46 MB more of two packages, 2 MB more of what no package owns, 1 MB less in another layer."""
    numpy = cause(
        "package",
        "python:numpy",
        31_000_000,
        cause("directory", NUMPY, 21_000_000, cause("file", f"{NUMPY}/core.so", 21_000_000)),
        cause(
            "directory",
            f"{NUMPY}.libs",
            10_000_000,
            cause("file", f"{NUMPY}.libs/blas.so", 6_000_000),
            cause("file", f"{NUMPY}.libs/fortran.so", 3_500_000),
            files=3,
        ),
        version_old="2.1",
        version_new="2.3",
        files=4,
    )
    llvm = cause(
        "package",
        "python:llvm",
        15_000_000,
        cause("directory", "usr/lib", 15_000_000, cause("file", "usr/lib/libLLVM.so", 15_000_000)),
        version_new="15",
    )
    nobody = cause(
        "package", "", 3_000_000, cause("directory", "opt", 3_000_000, cause("file", "opt/model", 3_000_000))
    )
    lost = cause("package", "", -1_000_000, cause("directory", "", -1_000_000, cause("file", "core.1234", -1_000_000)))
    return GrowthSection(
        bytes=48_000_000,
        layers=[
            cause("layer", "RUN pip install numpy", 49_000_000, numpy, llvm, nobody, pair=1, files=6),
            cause("layer", "COPY . /srv", -1_000_000, lost, pair=2),
        ],
        packages=[numpy, llvm],
        unowned=2_000_000,
        directories=[cause("directory", "usr/lib", 46_000_000, files=5), cause("directory", "opt", 3_000_000)],
    )


def diff_document(**fields: Any) -> DiffDocument:
    """Three layers became four; one of them grew."""
    made = DiffDocument(
        schema_version="1.3",
        old=side("acme/shop:1", SizeSection(40_000_000, 160_000_000, 150_000_000, 150_000_000, 0, 1.0, 200, 3)),
        new=side("acme/shop:2", SizeSection(60_000_000, 210_000_000, 200_000_000, 198_000_000, 2_000_000, 0.99, 205, 4)),
        identical=False,
        growth=growth(),
        layers=[
            layer_pair("same", 0, 0, "ADD file:abc in /"),
            layer_pair("changed", 1, 2, "RUN pip install numpy", 49_000_000),
            layer_pair("removed", 2, None, "COPY . /srv", -1_000_000),
            layer_pair("inserted", None, 1, "LABEL a=b"),
            layer_pair("moved", 1, 3, "RUN true"),
        ],
        packages=[
            package_change("numpy", "version", ["2.1"], ["2.3"], 20_000_000, 51_000_000),
            package_change("llvm", "added", [], ["15"], 0, 15_000_000),
            package_change("idna", "removed", ["3.1"], [], 4_000, 0),
            package_change("six", "resized", ["1.0"], ["1.0"], 10, 11),
        ],
        packages_omitted=0,
        config=[
            ConfigChangeSection("Env.PATH", "/bin", "/usr/bin:/bin"),
            ConfigChangeSection("User", None, "10001"),
        ],
        files=FilesSection(
            counts=[
                ChangeCount("added", 4, 28_000_000),
                ChangeCount("removed", 1, -1_000_000),
                ChangeCount("modified", 1, 21_000_000),
                ChangeCount("metadata", 1, 0),
                ChangeCount("moved", 12, 0),
            ],
            moved_folders=[MovedFolder("srv/static", "srv/public", 12, 5_000)],
            changes=[
                file_change(f"{NUMPY}/core.so", "modified", 9_000_000, 30_000_000, what=["content"]),
                file_change("usr/lib/libLLVM.so", "added", 0, 15_000_000, package="python:llvm"),
                file_change("core.1234", "removed", 1_000_000, 0, origin="old"),
                file_change("etc/motd", "metadata", 5, 5, what=["mode"], details=["mode 0644 -> 0755"]),
                file_change("srv/public/a", "moved", 7, 7, old_path="srv/static/a"),
            ],
            omitted=14,
        ),
        cost=CostSection(
            pull_bytes=31_000_000,
            tar_bytes=82_003_072,
            new_bytes=49_000_000,
            new_pull_bytes=18_000_000,
            layers=[layer_cost(2, "RUN pip install numpy", 30_000_000), layer_cost(1, "COPY app /srv", None, known_bytes=0)],
            reorderings=[ReorderingSection(1, "COPY app /srv", [2], ["RUN pip install numpy"], 30_000_000, True)],
        ),
        notes=["A note for the reader."],
        strict=[
            StrictSection("manifest", "digest", "sha256:aa", "sha256:bb"),
            StrictSection("entry header", "layer 1, entry 0, srv: mtime", "2024-01-01", "2024-01-02"),
        ],
        contents=[ContentSection("etc/motd", "text", ["--- old", "+++ new", "@@ -1 +1 @@", "-Hello", "+Hallo", " you"], 3)],
        growth_tree=growth_tree(),
    )  # fmt: skip
    return msgspec.structs.replace(made, **fields)


def growth_tree(*names: str) -> GrowthTreeSection:
    """What `diff_document` names, or these names in the root, each one byte more."""
    if names:
        count = len(names)
        columns = [count, *[1] * count]
        return GrowthTreeSection(
            ["", *names], [-1, *[0] * count], columns, [0] * (count + 1), columns, [None, *names], 3
        )
    return GrowthTreeSection(
        name=["", "core.1234", "usr", "core.so", "libLLVM.so"],
        parent=[-1, 0, 0, 2, 2],
        grew=[36_000_000, 0, 36_000_000, 21_000_000, 15_000_000],
        shrank=[1_000_000, 1_000_000, 0, 0, 0],
        paths=[3, 1, 2, 1, 1],
        change=[None, "removed", None, "modified", "added"],
        omitted=0,
        parts=GrowthPartsSection([1, 3, 4], [2, 2, 3], [0, 21_000_000, 15_000_000], [1_000_000, 0, 0]),
    )


def identical_diff(**fields: Any) -> DiffDocument:
    """The same image twice."""
    made = diff_document()
    same = msgspec.structs.replace(
        made,
        new=made.old,
        identical=True,
        growth=GrowthSection(0, [], [], 0, []),
        layers=[layer_pair("same", 0, 0, "ADD file:abc in /")],
        packages=[],
        config=[],
        files=FilesSection([], [], [], 0),
        cost=CostSection(0, 0, 0, 0, [], []),
        notes=[],
        strict=None,
        contents=[],
        growth_tree=GrowthTreeSection([""], [-1], [0], [0], [0], [None], 0),
    )
    return msgspec.structs.replace(same, **fields)


def hostile_diff(text: str, layers: int = 2, items: int = 2) -> DiffDocument:
    """Every place that an image can choose a text for holds ``text``."""
    leaf = cause("file", text, 1)
    directory = cause("directory", text, items, *[leaf] * items)
    package = cause("package", text, items, *[directory] * items, version_old=text, version_new=f"{text}{text}")
    config = {"User": text, "Env": [f"{text}={text}"] * items, "Labels": {text: text}}
    size = diff_document().old.size
    return diff_document(
        old=side(text, size, source=text, format=text, platform=text, created=text, config=config),
        new=side(f"{text}2", size, source=text, format=text, platform=text, created=text, config=config),
        growth=GrowthSection(
            bytes=items * layers,
            layers=[cause("layer", text, items, *[package] * items, pair=at) for at in range(layers)],
            packages=[package] * items,
            unowned=1,
            directories=[directory] * items,
        ),
        layers=[layer_pair("changed", at, at, text, items) for at in range(layers)],
        packages=[PackageChangeSection(text, text, "version", [text] * 3, [text], 1, 2, 1)] * items,
        config=[ConfigChangeSection(text, text, text), ConfigChangeSection(text, None, text)] * items,
        files=FilesSection(
            counts=[ChangeCount("added", items, 5)],
            moved_folders=[MovedFolder(text, text, 3, 4)] * 2,
            changes=[
                file_change(text, "modified", 1, 2, old_path=text, what=["mode"], details=[text], package=text)
            ] * items,
            omitted=5,
        ),
        cost=CostSection(
            3, 4, 5, 6,
            [layer_cost(at, text, 1) for at in range(layers)],
            [ReorderingSection(0, text, [1] * layers, [text] * layers, 7, False)],
        ),
        notes=[text] * 2,
        strict=[StrictSection("content", text, text, text)] * 2,
        contents=[ContentSection(text, "text", [text, f"-{text}", f"+{text}"] * items, 3)] * 2,
        growth_tree=growth_tree(*[text] * items),
    )  # fmt: skip


def tampered_diff(text: str) -> DiffDocument:
    """A saved diff that somebody wrote ``text`` into, wherever the schema allows a text at all."""
    made = hostile_diff(text)
    change = msgspec.structs.replace
    return change(
        made,
        schema_version=f"1.{text}",
        old=change(made.old, image=change(made.old.image, image_id=text, manifest_digest=text)),
        growth=change(made.growth, layers=[cause(text, text, 1, cause(text, text, 1), pair=at) for at in (-1, 0, 99)]),
        layers=[change(each, status=text, evidence=text) for each in made.layers],
        packages=[change(each, change=text) for each in made.packages],
        files=change(
            made.files,
            counts=[ChangeCount(text, 1, 1)],
            changes=[change(each, change=text, what=[text], origin=text) for each in made.files.changes],
        ),
        strict=[StrictSection(text, text, text, text)],
        contents=[ContentSection(text, text, [text], 0)],
    )
