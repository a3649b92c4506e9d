"""Every Arrow table that imgscan hands out: columns, units, and what a null means. docs/tables.md is made from it."""

from __future__ import annotations

import pyarrow as pa

FILE, DIRECTORY, SYMLINK, HARDLINK = "file", "directory", "symlink", "hardlink"
CHARACTER, BLOCK_DEVICE, FIFO, WHITEOUT, OPAQUE = "character", "block", "fifo", "whiteout", "opaque"
KINDS = (FILE, DIRECTORY, SYMLINK, HARDLINK, CHARACTER, BLOCK_DEVICE, FIFO, WHITEOUT, OPAQUE)
KIND_CODES = {kind: code for code, kind in enumerate(KINDS)}
KIND_TYPE = pa.dictionary(pa.int8(), pa.string())
INSTRUCTION_TYPE = pa.dictionary(pa.int16(), pa.string())  # one a layer, however many rows name it


def _field(name: str, kind: pa.DataType, meaning: str, *, null: str | None = None) -> pa.Field:
    metadata = {"meaning": meaning} | ({"null": null} if null else {})
    return pa.field(name, kind, nullable=null is not None, metadata=metadata)


CHANGES = pa.schema(
    [
        _field("layer", pa.int16(), "index of the layer, 0 is the lowest"),
        _field(
            "path",
            pa.string(),
            "normalised path without a leading slash; empty for the root; bytes that are not UTF-8 shown as "
            "`\\xNN`. For a whiteout it is the path that is hidden, for an opaque whiteout the directory",
        ),
        _field(
            "raw_path",
            pa.binary(),
            "the name as the tar holds it, less a leading `./` and a trailing `/`",
            null="the same as `path`",
        ),
        _field("kind", KIND_TYPE, "one of " + ", ".join(KINDS)),
        _field("size", pa.int64(), "logical bytes of content; 0 for everything but files"),
        _field("stored", pa.int64(), "bytes of content in the tar; less than `size` for sparse files"),
        _field("mode", pa.uint16(), "permission bits with setuid, setgid and sticky"),
        _field("uid", pa.int64(), "owner"),
        _field("gid", pa.int64(), "group"),
        _field("mtime", pa.timestamp("ns", "UTC"), "modification time", null="outside the years 1678 to 2262"),
        _field(
            "link_target",
            pa.string(),
            "target of a symlink or hard link, as written; bytes that are not UTF-8 shown as `\\xNN`",
            null="not a link",
        ),
        _field("raw_link_target", pa.binary(), "the target as the tar holds it", null="the same as `link_target`"),
        _field("device", pa.string(), "`major:minor` of a device", null="not a device"),
        _field("xattrs", pa.map_(pa.string(), pa.binary()), "extended attributes", null="none"),
        _field(
            "digest",
            pa.binary(32),
            "sha256 of the logical content, as `sha256sum` prints it",
            null="not a file, or a sparse file with more than 16 GiB of holes",
        ),
        _field("offset", pa.int64(), "where the content starts in the uncompressed tar stream, in bytes"),
        _field(
            "pull_bytes",
            pa.float64(),
            "the entry's share of the compressed blob, header and padding included, in bytes",
            null="the layer is stored uncompressed",
        ),
    ]
)

ROOTFS = pa.schema(
    [
        _field("path", pa.string(), "path that a container sees, without a leading slash; empty for the root"),
        _field(
            "kind",
            KIND_TYPE,
            "as in `changes`, but a hard link has the kind of what it links to; never a whiteout",
        ),
        _field("size", pa.int64(), "logical bytes of content; 0 for everything but files"),
        _field("mode", pa.uint16(), "permission bits", null="a directory that no layer has an entry for"),
        _field("uid", pa.int64(), "owner", null="a directory that no layer has an entry for"),
        _field("gid", pa.int64(), "group", null="a directory that no layer has an entry for"),
        _field("link_target", pa.string(), "target of a symlink, as written", null="not a symlink"),
        _field("digest", pa.binary(32), "sha256 of the content", null="as in `changes`"),
        _field(
            "pull_bytes",
            pa.float64(),
            "share of the compressed blob of the entry that holds the content",
            null="as in `changes`, or no entry",
        ),
        _field("layer", pa.int16(), "layer of the entry", null="a directory that no layer has an entry for"),
        _field(
            "row",
            pa.int64(),
            "row of `changes` that the path comes from",
            null="a directory that no layer has an entry for",
        ),
        _field(
            "inode",
            pa.int64(),
            "row of `changes` that holds the content: paths with equal `inode` are hard links of one file",
            null="a directory that no layer has an entry for, or a hard link whose target is missing",
        ),
    ]
)

LAYERS = pa.schema(
    [
        _field("layer", pa.int16(), "index of the layer, 0 is the lowest"),
        _field("diff_id", pa.string(), "digest of the uncompressed tar stream"),
        _field("chain_id", pa.string(), "identity of this layer on all those below it"),
        _field("digest", pa.string(), "digest of the blob as stored"),
        _field("media_type", pa.string(), "media type that the manifest states", null="none is stated"),
        _field(
            "compression",
            pa.string(),
            "plain, gzip, estargz, zstd or zstd:chunked, by content; absent for a foreign layer",
        ),
        _field("blob_bytes", pa.int64(), "the layer as stored or pulled", null="only an uncompressed copy is known"),
        _field("tar_bytes", pa.int64(), "the uncompressed tar stream, headers and padding included"),
        _field("file_bytes", pa.int64(), "content of the layer's regular files"),
        _field("entries", pa.int64(), "tar entries"),
        _field("whiteouts", pa.int64(), "whiteouts and opaque whiteouts among the entries"),
        _field("visible", pa.int64(), "bytes of files that a container sees"),
        _field("overwritten", pa.int64(), "bytes that a later layer replaced"),
        _field("recopied", pa.int64(), "bytes that a later layer stored again unchanged"),
        _field("removed", pa.int64(), "bytes that a later layer hid"),
        _field("repeated", pa.int64(), "bytes of an earlier entry of the same path in the same layer"),
        _field("overhead", pa.int64(), "tar headers, records, padding, end blocks and trailing bytes"),
        _field("created", pa.string(), "time that the history states", null="not stated"),
        _field("created_by", pa.string(), "instruction that the history states", null="not stated"),
    ]
)

FACTS = pa.schema(
    [
        _field("row", pa.int64(), "row of `changes` whose content it is"),
        _field("fact", pa.string(), "`debug bytes`: an ELF file with debug sections or symbols; `private key`"),
        _field("bytes", pa.int64(), "bytes that `strip` takes away; length of the line that begins a key"),
    ]
)

WASTE = pa.schema(
    [
        _field("path", pa.string(), "path of the wasted file"),
        _field("bytes", pa.int64(), "content that is stored and not seen"),
        _field("pull_bytes", pa.float64(), "share of the compressed blob", null="as in `changes`"),
        _field("cause", pa.string(), "overwritten, recopied, removed or repeated"),
        _field("held_by", pa.int16(), "layer that stores the bytes"),
        _field("caused_by", pa.int16(), "layer that took them out of sight"),
        _field("row", pa.int64(), "row of `changes` that holds the bytes"),
        _field(
            "held_by_instruction",
            INSTRUCTION_TYPE,
            "instruction of `held_by` as the history states it, values of secrets left out",
            null="not stated",
        ),
        _field("caused_by_instruction", INSTRUCTION_TYPE, "the same of `caused_by`", null="not stated"),
    ]
)

HISTORY = pa.schema(
    [
        _field("history", pa.int32(), "index of the entry in the config's history", null="a layer without an entry"),
        _field("layer", pa.int16(), "layer that it made", null="none, or it is not known which"),
        _field("empty_layer", pa.bool_(), "whether the history says that it made no layer", null="no entry"),
        _field(
            "instruction",
            pa.string(),
            "RUN, COPY and so on; empty where the entry is of no instruction that is known",
            null="no entry",
        ),
        _field(
            "text", pa.string(), "the instruction in one line, as a Dockerfile would have it", null="nothing stated"
        ),
        _field("created_by", pa.string(), "all that the entry says of it", null="not stated"),
        _field("comment", pa.string(), "comment of the entry", null="none"),
        _field("created", pa.string(), "time that the entry states", null="not stated"),
        _field("dockerfile_line", pa.int32(), "line of the Dockerfile where it starts", null="no line was found"),
        _field("file_bytes", pa.int64(), "content of the layer's regular files", null="no layer"),
        _field("pull_bytes", pa.int64(), "`blob_bytes` of the layer", null="as in `layers`, or no layer"),
        _field("waste_held", pa.int64(), "bytes in the layer that no container sees", null="no layer"),
        _field("waste_caused", pa.int64(), "bytes, here and below, that the layer took out of sight", null="no layer"),
    ]
)

FINDINGS = pa.schema(
    [
        _field("rule", pa.string(), "the rule that found it"),
        _field("title", pa.string(), "the rule in words"),
        _field("severity", pa.string(), "security, waste or size"),
        _field(
            "layer", pa.int16(), "layer whose instruction is to be edited", null="the image's configuration tells it"
        ),
        _field(
            "instruction",
            pa.string(),
            "that instruction as the history states it, values of secrets left out; may be empty",
        ),
        _field("inherited", pa.bool_(), "the layer is a parent image's, which another Dockerfile makes"),
        _field("file_bytes", pa.int64(), "content that would no longer be stored if this alone were changed"),
        _field("pull_bytes", pa.float64(), "share of the compressed blobs", null="a layer is stored uncompressed"),
        _field("count", pa.int64(), "paths, or variables, that it is about"),
        _field("paths", pa.list_(pa.string()), "the first of them, the largest first; all with `--all-paths`"),
        _field("edit", pa.string(), "what to change"),
        _field("dockerfile_line", pa.int32(), "line of the instruction", null="no Dockerfile, or nothing there fits"),
        _field("also", pa.list_(pa.string()), "further rules that found nothing but some of these files"),
    ]
)

LISTING = pa.schema(
    [
        _field("path", pa.string(), "as in `changes`: for an opaque whiteout the directory that it empties"),
        _field("kind", KIND_TYPE, "as in `rootfs`; of single layers as in `changes`"),
        _field(
            "permissions",
            pa.string(),
            "kind and mode as `ls -l` writes them; `h` for a hard link of a single layer, as tar has it, `w` for a "
            "whiteout, `?` for what is not known",
        ),
        _field("mode", pa.uint16(), "permission bits", null="a directory that no entry describes"),
        _field("links", pa.int64(), "names of the file; 1 for a directory, as overlay filesystems count"),
        _field("uid", pa.int64(), "owner", null="a directory that no entry describes"),
        _field("gid", pa.int64(), "group", null="a directory that no entry describes"),
        _field("user", pa.string(), "the owner's name in the image's own etc/passwd", null="none is known"),
        _field("group", pa.string(), "the group's name in the image's own etc/group", null="none is known"),
        _field("size", pa.int64(), "logical bytes of content; 0 for everything but files"),
        _field("mtime", pa.timestamp("ns", "UTC"), "modification time", null="as in `changes`, or no entry"),
        _field("link_target", pa.string(), "target of a link, as written", null="not a link"),
        _field("device", pa.string(), "`major:minor` of a device", null="not a device"),
        _field("layer", pa.int16(), "layer of the entry", null="a directory that no entry describes"),
        _field(
            "seen",
            pa.bool_(),
            "whether a container sees this very entry; for a directory, which layers merge, whether it sees one there",
        ),
        _field("row", pa.int64(), "row of `changes`", null="a directory that no entry describes"),
        _field("inode", pa.int64(), "row of `changes` that holds the content", null="as in `rootfs`"),
    ]
)

_WASTE_SUMS = [("bytes", pa.int64()), ("pull_bytes", pa.float64()), ("files", pa.int64())]

# How waste is summed up, by what it goes by.
WASTE_BY = {
    "cause": pa.schema([("cause", pa.string()), *_WASTE_SUMS]),
    "layer": pa.schema([("layer", pa.int16()), ("held", pa.int64()), ("caused", pa.int64())]),
    "directory": pa.schema([("path", pa.string()), *_WASTE_SUMS]),
}

_SHARE_OF_LAYER = pa.struct(
    [
        pa.field("layer", pa.int16(), nullable=False),
        pa.field("file_bytes", pa.int64(), nullable=False),
        pa.field("pull_bytes", pa.float64()),
    ]
)

PACKAGES = pa.schema(
    [
        _field("ecosystem", pa.string(), "how it was installed: dpkg, python, npm and so on"),
        _field("name", pa.string(), "as the ecosystem writes it"),
        _field("version", pa.string(), "as the ecosystem writes it"),
        _field("architecture", pa.string(), "as the ecosystem writes it", null="not stated"),
        _field("licence", pa.string(), "as the package states it", null="not stated"),
        _field("state", pa.string(), "installed; or upgraded or removed by the layer `until`"),
        _field("files", pa.int64(), "files of it that a container sees; hard links of one file count once"),
        _field("file_bytes", pa.int64(), "content of those files, as stored in the layers"),
        _field("pull_bytes", pa.float64(), "their share of the compressed blobs", null="as in `changes`, or no files"),
        _field("dead_bytes", pa.int64(), "content of files of it, in any layer, that no container sees"),
        _field("claimed_bytes", pa.int64(), "the installed size that the package states of itself", null="none stated"),
        _field("since", pa.int16(), "first layer after which it is there"),
        _field("until", pa.int16(), "layer that upgraded or removed it", null="a container sees it"),
        _field("within", pa.string(), "package of another ecosystem that brought it and owns its files", null="none"),
        _field("told_by", pa.string(), "file that tells of it"),
        _field("purl", pa.string(), "package URL"),
        _field("layers", pa.list_(_SHARE_OF_LAYER), "`file_bytes` and `pull_bytes` by layer, lowest first"),
    ]
)

UNOWNED = pa.schema(
    [
        _field("path", pa.string(), "directory"),
        _field("bytes", pa.int64(), "content of the visible files in it and below that no package owns"),
        _field("pull_bytes", pa.float64(), "their share of the compressed blobs", null="as in `changes`"),
        _field("files", pa.int64(), "those files; hard links of one file count once"),
    ]
)

_ONE_SIDE = "the path is only in the other image"

DIFF_FILES = pa.schema(
    [
        _field("path", pa.string(), "path in the new image; of what was removed, in the old one"),
        _field("old_path", pa.string(), "path in the old image of what was moved", null="not moved"),
        _field(
            "change",
            pa.string(),
            "added, removed, modified (other content), metadata (the same content, or none), moved (the same content "
            "at another path)",
        ),
        _field(
            "what",
            pa.list_(pa.string()),
            "what differs: content, type, link target, mode, owner, xattrs, device, mtime; of what was moved, besides "
            "its path",
        ),
        _field("bytes", pa.int64(), "`bytes_new` less `bytes_old`: all rows sum up to the growth of `rootfs_bytes`"),
        _field("bytes_old", pa.int64(), "content as stored; hard links of one file count at its first path"),
        _field("bytes_new", pa.int64(), "the same in the new image"),
        _field("kind_old", KIND_TYPE, "as in `rootfs`", null=_ONE_SIDE),
        _field("kind_new", KIND_TYPE, "as in `rootfs`", null=_ONE_SIDE),
        _field("layer_old", pa.int16(), "layer of the old image that has it", null=_ONE_SIDE + ", or no layer has it"),
        _field("layer_new", pa.int16(), "layer of the new image that has it", null=_ONE_SIDE + ", or no layer has it"),
        _field(
            "first_layer_old",
            pa.int16(),
            "layer that first stored this content at this path: later ones stored it again, with other attributes",
            null="as `layer_old`",
        ),
        _field("first_layer_new", pa.int16(), "the same in the new image", null="as `layer_new`"),
        _field("package", pa.string(), "ecosystem and name of the package that owns it", null="no package does"),
        _field("version_old", pa.string(), "version that its package has in the old image", null="no package there"),
        _field("version_new", pa.string(), "version that its package has in the new image", null="no package there"),
        _field("mode_old", pa.uint16(), "permission bits", null=_ONE_SIDE),
        _field("mode_new", pa.uint16(), "permission bits", null=_ONE_SIDE),
        _field("uid_old", pa.int64(), "owner", null=_ONE_SIDE),
        _field("uid_new", pa.int64(), "owner", null=_ONE_SIDE),
        _field("gid_old", pa.int64(), "group", null=_ONE_SIDE),
        _field("gid_new", pa.int64(), "group", null=_ONE_SIDE),
        _field("link_target_old", pa.string(), "target of a symlink", null="no symlink"),
        _field("link_target_new", pa.string(), "target of a symlink", null="no symlink"),
        _field(
            "digest_old",
            pa.binary(32),
            "sha256 of the content",
            null="no file, or no file of the other image is as large",
        ),
        _field(
            "digest_new",
            pa.binary(32),
            "sha256 of the content",
            null="no file, or no file of the other image is as large",
        ),
        _field(
            "origin",
            pa.string(),
            "with a third image as the base, which of the two differs from it at this path: old, new, both apart",
            null="no base",
        ),
    ]
)

CATALOG = pa.schema(
    [
        _field("path", pa.string(), "path of a regular file that a container sees, as in `rootfs`"),
        _field("digest", pa.binary(32), "sha256 of the content", null="as in `changes`"),
        _field("stored", pa.int64(), "bytes of content in the tar; 0 for further hard links of the same file"),
        _field("mode", pa.uint16(), "permission bits"),
        _field("uid", pa.int64(), "owner"),
        _field("gid", pa.int64(), "group"),
        _field("layer", pa.int16(), "layer of the entry"),
    ]
)

KNOWN_IMAGES = pa.schema(
    [
        _field("name", pa.string(), "name that it was added under"),
        _field(
            "image_id",
            pa.string(),
            "digest of the config; of a bare root filesystem, which has none, a digest made of its layers",
        ),
        _field("platform", pa.string(), "platform as the config states it"),
        _field("layers", pa.int16(), "layers"),
        _field("pull_bytes", pa.int64(), "what there is to pull", null="a layer is stored uncompressed"),
        _field("file_bytes", pa.int64(), "content of the regular files of all layers"),
        _field("rootfs_bytes", pa.int64(), "content of the files that a container sees"),
        _field("files", pa.int64(), "files that a container sees"),
        _field("created", pa.string(), "time that the config states", null="not stated"),
    ]
)

TABLES = {
    "changes": CHANGES,
    "rootfs": ROOTFS,
    "layers": LAYERS,
    "waste": WASTE,
    "history": HISTORY,
    "findings": FINDINGS,
    "packages": PACKAGES,
    "unowned": UNOWNED,
    "files of a diff": DIFF_FILES,
    "listing": LISTING,
    "catalog": CATALOG,
    "known_images": KNOWN_IMAGES,
}
