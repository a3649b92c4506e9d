"""The images that a source holds, and the choice of one."""

from __future__ import annotations

import platform as python_platform
from typing import TYPE_CHECKING

from msgspec import Struct

from ..errors import ImageSelectionError
from ..model import Platform

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..digest import Digest
    from ..model import ImageMetadata

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}

# What an image that states no variant is for, as containerd has it (platforms.Normalize).
_VARIANTS = {"arm64": "v8", "arm": "v7"}

_LISTED = 100


class Candidate(Struct, frozen=True):
    """One image for one platform. ``index`` counts the source's images; platforms of one image share it.

    Where even the platform is the same, only ``manifest_digest`` tells two apart. ``transport`` is what stands
    before PATH where one of several is chosen; empty for forms that hold one image only.

    ``absent`` names blobs that the image needs and the source lacks; ``load`` reads the metadata.
    """

    index: int
    tags: tuple[str, ...]
    platform: Platform | None
    absent: tuple[str, ...]
    load: Callable[[], ImageMetadata]
    manifest_digest: Digest | None = None
    transport: str = ""

    def __str__(self) -> str:
        name = ", ".join(self.tags) or "untagged"
        platform = f" for {self.platform}" if self.platform else ""
        manifest = f" {self.manifest_digest}" if self.manifest_digest else ""
        return f"{self.index}: {name}{platform}{manifest}" + (" (blobs absent)" if self.absent else "")


def host_platform() -> Platform:
    """The platform of containers on this machine: Linux, also where the machine itself runs another system."""
    machine = python_platform.machine().lower()
    return Platform("linux", _ARCHITECTURES.get(machine, machine))


def parse_platform(text: str) -> Platform:
    """``os/arch[/variant]``; raises ImageSelectionError.

    >>> str(parse_platform("linux/arm/v7"))
    'linux/arm/v7'
    """
    parts = text.split("/")
    if not 2 <= len(parts) <= 3 or not all(parts):
        raise ImageSelectionError(f"not a platform: {text!r}", hint="write os/arch[/variant], like linux/amd64")
    return Platform(*parts)


def choose(candidates: Sequence[Candidate], image: str | None, platform: Platform | None, source: str) -> Candidate:
    """The one candidate that was asked for; raises ImageSelectionError that lists what there is."""
    if not candidates:
        raise ImageSelectionError(f"{source} holds no image")
    chosen = [each for each in candidates if image is None or _is_called(each, image)]
    if not chosen:
        raise _ambiguous(f"{source} has no image {image!r}", candidates, "--image")
    if len({each.index for each in chosen}) > 1:
        raise _ambiguous(f"{source} holds several images", chosen, "--image")
    if platform is not None:
        fitting = [each for each in chosen if _fits(each.platform, platform)]
        if not fitting:
            raise _ambiguous(f"{source} has no image for {platform}", chosen, "--platform")
    else:
        fitting = _default_platform(chosen)
    if len(fitting) > 1:
        same = len({str(each.platform) for each in fitting}) == 1
        raise _ambiguous(f"{source} holds several manifests of the image", fitting, "--image" if same else "--platform")
    return fitting[0]


def choose_all(
    candidates: Sequence[Candidate], image: str | None, platform: Platform | None, source: str
) -> list[Candidate]:
    """One candidate of each image, or the one that was asked for; raises ImageSelectionError.

    Images that are known to be for another ``platform`` are left out, unless that leaves none.
    """
    fitting = [each for each in candidates if not (platform and each.platform) or _fits(each.platform, platform)]
    if image is not None:
        fitting = [each for each in fitting if _is_called(each, image)]
    if not fitting:
        return [choose(candidates, image, platform, source)]
    by_index: dict[int, list[Candidate]] = {}
    for each in fitting:
        by_index.setdefault(each.index, []).append(each)
    return [
        choose(group, None, platform if any(each.platform for each in group) else None, source)
        for group in by_index.values()
    ]


def _default_platform(candidates: list[Candidate]) -> list[Candidate]:
    """Those for the host, else all; complete ones go before those with absent blobs."""
    complete = [each for each in candidates if not each.absent] or candidates
    host = [each for each in complete if _fits(each.platform, host_platform())]
    return host or complete


def _is_called(candidate: Candidate, image: str) -> bool:
    """Whether ``image`` is its tag, index or digest; ``@`` in front of the last two says that it is no tag."""
    return image.removeprefix("@") in (str(candidate.index), candidate.manifest_digest) or any(
        image in (tag, tag.rpartition("/")[2], tag.removeprefix("docker.io/library/"), tag.removeprefix("docker.io/"))
        for tag in candidate.tags
    )


def _fits(platform: Platform | None, wanted: Platform) -> bool:
    return (
        platform is not None
        and (platform.os, platform.architecture) == (wanted.os, wanted.architecture)
        and wanted.variant in (None, platform.variant or _VARIANTS.get(platform.architecture))
    )


def _ambiguous(what: str, candidates: Sequence[Candidate], option: str) -> ImageSelectionError:
    listing = "".join(f"\n  {each}" for each in candidates[:_LISTED])
    if len(candidates) > _LISTED:
        listing += f"\n  and {len(candidates) - _LISTED:,} more"
    if option == "--platform":
        return ImageSelectionError(f"{what}:{listing}", hint="choose one with --platform os/arch[/variant]")
    transport = candidates[0].transport
    if not transport:
        return ImageSelectionError(
            f"{what}:{listing}", hint="leave out --image: the form holds one image, without a name"
        )
    hint = f"write {transport}:PATH:TAG or {transport}:PATH:@INDEX; --image TAG, INDEX or DIGEST chooses the one IMAGE"
    return ImageSelectionError(f"{what}:{listing}", hint=hint)
