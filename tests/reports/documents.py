"""Documents made in code: a small ordinary one, and each part replaced at will."""

from __future__ import annotations

from typing import Any

import msgspec

from reports.document import (
    CauseSection,
    DirectorySection,
    Document,
    DuplicateSection,
    EcosystemSection,
    FileSection,
    FilesystemSection,
    FindingSection,
    FindingsSection,
    FlowSection,
    ImageSection,
    InstructionSection,
    LargestSection,
    LayerPartsSection,
    LayerSection,
    LayerWasteSection,
    LedgerSection,
    OmittedSection,
    PackagePart,
    PackageSection,
    PackagesSection,
    ParentSection,
    ParentsSection,
    ShareSection,
    SizeSection,
    WastePath,
    WasteSection,
)

NO_LEDGER = LedgerSection(0, 0, 0, 0, 0, 0)
NOTHING_OMITTED = OmittedSection(0, 0, 0, 0, 0)


def digest(character: str) -> str:
    return "sha256:" + character * 64


def layer(index: int, instruction: str = "RUN make", ledger: LedgerSection = NO_LEDGER, **fields: Any) -> LayerSection:
    counts = [getattr(ledger, name) for name in LedgerSection.__struct_fields__]
    section = LayerSection(
        index=index,
        diff_id=digest("d"),
        chain_id=digest("c"),
        digest=digest("b"),
        media_type="application/vnd.oci.image.layer.v1.tar+gzip",
        compression="gzip",
        blob_bytes=sum(counts) // 2,
        tar_bytes=sum(counts),
        file_bytes=sum(counts[:-1]),
        entries=3,
        whiteouts=0,
        created="2024-01-01T00:00:00Z",
        created_by=instruction,
        instruction=instruction,
        ledger=ledger,
    )
    return msgspec.structs.replace(section, **fields)


def image(**fields: Any) -> ImageSection:
    section = ImageSection(
        name="acme/shop:1",
        source="shop.tar",
        format="oci-archive",
        platform="linux/amd64",
        manifest_digest=digest("e"),
        image_id=digest("f"),
        tags=["acme/shop:1"],
        created="2024-01-01T00:00:00Z",
        config={},
    )
    return msgspec.structs.replace(section, **fields)


def finding(layer: int | None = 1, inherited: bool = False, **fields: Any) -> FindingSection:
    section = FindingSection(
        rule="recopied-files",
        title="Copies made by chown",
        severity="waste",
        layer=layer,
        instruction="RUN chown 1:1 /srv/app",
        edit="COPY --chown=1:1 app /srv/app\nand drop the RUN",
        paths=["srv/app"],
        count=1,
        file_bytes=6,
        pull_bytes=5,
        inherited=inherited,
    )
    return msgspec.structs.replace(section, **fields)


def findings(*found: FindingSection, **fields: Any) -> FindingsSection:
    section = FindingsSection(6, 5, 6, 5, list(found), 0)
    return msgspec.structs.replace(section, **fields)


def parents(**fields: Any) -> ParentsSection:
    section = ParentsSection(
        chain=[ParentSection(["debian:12"], "chain-id", 1.0, True, 1, digest("a"), None, 10, 6, 0)],
        own_from=1,
        own=ShareSection(1, 1032, 6, 6, 0, 200, LedgerSection(6, 0, 0, 0, 0, 1026)),
        inherited=ShareSection(1, 1032, 10, 4, 6, 200, LedgerSection(4, 0, 6, 0, 0, 1022)),
        notes=["The parent is older than the one in the catalog."],
    )
    return msgspec.structs.replace(section, **fields)


def package(name: str = "libshop", **fields: Any) -> PackageSection:
    section = PackageSection("dpkg", name, "1.2-1", 1, 6, 5, 8, 1)
    return msgspec.structs.replace(section, **fields)


def packages(**fields: Any) -> PackagesSection:
    """One package owns the larger of two files."""
    section = PackagesSection(
        packages=2,
        files=1,
        file_bytes=6,
        pull_bytes=5,
        unowned_files=1,
        unowned_bytes=4,
        ecosystems=[EcosystemSection("dpkg", 2, 1, 6, 5, [PackagePart("libshop", 6)], 1, 0)],
        largest=[package()],
        omitted=1,
        unowned=[DirectorySection("etc", 4, 3, 1)],
    )
    return msgspec.structs.replace(section, **fields)


def filesystem(names: list[str] | None = None, parts: int = 4, **fields: Any) -> FilesystemSection:
    """The files of `document`, or these names in one directory."""
    if names is None:
        section = FilesystemSection(
            name=["", "etc", "motd", "srv", "app"],
            parent=[-1, 0, 1, 0, 3],
            directory=[True, True, False, True, False],
            files=[2, 1, 1, 1, 1],
            wasted=[1, 0, 0, 1, 1],
            package=[0, None, None, 0, 0],
            digest=[None, None, "ab" * 32, None, None],
            layers=LayerPartsSection([2, 4, 4], [0, 0, 1], [4, 0, 6], [3, 0, 5], [0, 6, 0]),
            packages=["dpkg libshop 1.2-1"],
            omitted=0,
        )
        return msgspec.structs.replace(section, **fields)
    count = len(names)
    places = [at * (count + 1) // parts for at in range(parts)]
    layers = LayerPartsSection(
        places, [at % 127 for at in range(parts)], [10**8] * parts, [10**7] * parts, [10**7] * parts
    )
    return FilesystemSection(
        name=["", *names],
        parent=[-1, *[0] * count],
        directory=[True, *[False] * count],
        files=[count, *[1] * count],
        wasted=[count, *[1] * count],
        package=[None, *[0] * count],
        digest=[None, *["ab" * 32] * count],
        layers=layers,
        packages=names[:1],
        omitted=7,
    )


def instruction(layer: int | None = 1, **fields: Any) -> InstructionSection:
    section = InstructionSection(layer, layer, "RUN", "RUN make", "RUN make", None, 6, 5, 0, 6)
    return msgspec.structs.replace(section, **fields)


def document(**fields: Any) -> Document:
    """Two layers; the second changes the owner of the one file of the first, 6 of 16 stored bytes."""
    made = Document(
        schema_version="1.3",
        image=image(),
        size=SizeSection(400, 2064, 16, 10, 6, 0.625, 2, 2),
        layers=[
            layer(0, "COPY app /srv/app", LedgerSection(4, 0, 6, 0, 0, 1022)),
            layer(1, "RUN chown 1:1 /srv/app", LedgerSection(6, 0, 0, 0, 0, 1026)),
        ],
        waste=WasteSection(
            bytes=6,
            by_cause=CauseSection(0, 6, 0, 0),
            by_layer=[LayerWasteSection(0, 6, 0), LayerWasteSection(1, 0, 6)],
            directories=[DirectorySection("srv", 6, 5, 1)],
            paths=[WastePath("srv/app", 6, 5, "recopied", 0, 1)],
            flows=[FlowSection(0, 1, 6, 1)],
        ),
        largest=LargestSection(
            files=[FileSection("srv/app", 6, 5, 1, 1), FileSection("etc/motd", 4, 3, 0, 2)],
            directories=[DirectorySection("srv", 6, 5, 1)],
        ),
        duplicates=[DuplicateSection("ab" * 32, 4, 2, ["etc/motd", "etc/motd.copy"])],
        omitted=NOTHING_OMITTED,
        notes=["A note for the reader."],
        history=[instruction(0), instruction(1), instruction(None, kind="CMD")],
        parents=parents(),
        findings=findings(finding(), finding(0, inherited=True), finding(None, paths=[])),
        packages=packages(),
        filesystem=filesystem(),
    )
    return msgspec.structs.replace(made, **fields)


def empty_document(**fields: Any) -> Document:
    """An image without layers, files or a config."""
    made = document(
        image=image(platform="", manifest_digest=None, image_id=None, tags=[], created=None),
        size=SizeSection(None, 0, 0, 0, 0, 1.0, 0, 0),
        layers=[],
        waste=WasteSection(0, CauseSection(0, 0, 0, 0), [], [], []),
        largest=LargestSection([], []),
        duplicates=[],
        notes=[],
        history=[],
        parents=None,
        findings=findings(file_bytes=0, pull_bytes=None, own_file_bytes=0, own_pull_bytes=None),
        packages=PackagesSection(0, 0, 0, 0, 0, 0, [], [], 0, []),
        filesystem=FilesystemSection(
            [""], [-1], [False], [0], [0], [None], [None], LayerPartsSection([], [], [], None, []), [], 0
        ),
    )
    return msgspec.structs.replace(made, **fields)


def hostile_document(text: str, layers: int = 2, items: int = 2) -> Document:
    """Every place that an image can choose a text for holds ``text``."""
    causes = CauseSection(0, items, 0, 0)
    return document(
        image=image(
            name=text,
            source=text,
            format=text,
            platform=text,
            tags=[text] * items,
            created=text,
            config={"User": text, "Cmd": [text], "Env": [f"{text}={text}"] * items, "Labels": {text: text}, text: text},
        ),
        layers=[
            layer(
                index,
                text,
                LedgerSection(4, 0, 6, 0, 0, 9),
                media_type=text,
                created=text,
                created_by=text,
            )
            for index in range(layers)
        ],
        waste=WasteSection(
            bytes=items,
            by_cause=causes,
            by_layer=[LayerWasteSection(index, 1, 1) for index in range(layers)],
            directories=[DirectorySection(text, 6, 5, 1)] * items,
            paths=[WastePath(text, 6, 5, "recopied", 0, layers - 1)] * items,
            flows=[FlowSection(0, layers - 1, 6, 1)] * items,
        ),
        largest=LargestSection(
            files=[FileSection(text, 6, 5, 1, 1)] * items,
            directories=[DirectorySection(text, 6, 5, 1)] * items,
        ),
        duplicates=[DuplicateSection("ab" * 32, 4, 10, [text] * 10)] * items,
        notes=[text] * min(items, 2),
        history=[instruction(index, kind=text, text=text, created_by=text) for index in range(layers)],
        parents=parents(
            chain=[ParentSection([text] * 3, "history", 0.5, False, None, text, text, None, None, None)] * 3,
            notes=[text] * 2,
        ),
        findings=findings(
            *[finding(title=text, instruction=text, edit=text, paths=[text] * 10, count=99)] * items,
            finding(inherited=True, title=text, edit=text),
        ),
        packages=packages(
            packages=3 * items + 1,
            file_bytes=7 * items,
            ecosystems=[
                EcosystemSection(text, 2 * items + 1, 1, 3 * items, None, [PackagePart(text, 1)] * 2 * items, 1, items),
                EcosystemSection(text, 3 * items, 1, 4 * items, 5, [PackagePart(text, 2)] * 2 * items, items, 0),
            ],
            largest=[package(text, version=text)] * items,
            unowned=[DirectorySection(text, 4, 3, 1)] * items,
        ),
        filesystem=filesystem([text] * items, layers),
    )


def tampered_document(text: str) -> Document:
    """A saved report that somebody wrote ``text`` into, wherever the schema allows a text at all."""
    made = hostile_document(text)
    change = msgspec.structs.replace
    return change(
        made,
        schema_version=f"1.{text}",
        image=change(made.image, image_id=text, manifest_digest=text),
        layers=[
            change(each, diff_id=text, chain_id=text, digest=text, compression=text, instruction=text, origin=text)
            for each in made.layers
        ],
        waste=change(made.waste, paths=[change(each, cause=text) for each in made.waste.paths]),
        duplicates=[change(each, digest=text) for each in made.duplicates],
        parents=parents(chain=[change(each, evidence=text) for each in parents().chain]),
        findings=findings(finding(rule=text, severity=text)),
        packages=packages(largest=[package(text, ecosystem=text)], ecosystems=[]),
        filesystem=filesystem(digest=[text] * 5, packages=[text]),
    )
