"""HTML as a tree of elements, read by the standard library's parser."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import reports

if TYPE_CHECKING:
    from collections.abc import Iterator

VOID = {"meta", "link", "img", "input", "br", "hr", "base", "embed", "source"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def find_all(self, tag: str, kind: str = "") -> list[Element]:
        return [each for each in self.walk() if each.tag == tag and (not kind or kind in each.classes)]

    def find(self, identifier: str) -> Element:
        return next(each for each in self.walk() if each.attributes.get("id") == identifier)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        return "".join(child.text if isinstance(child, Element) else child for child in self.children)

    @property
    def shape(self) -> list[str]:
        """The tags alone, in the order of the page."""
        return [each.tag for each in self.walk()]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("document")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute is there twice: {attrs}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(page: str) -> Element:
    """The page's tree; fails on a tag that is not closed in its turn."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    (root,) = reader.open
    return root


def data_of(page: Element) -> dict[str, Any]:
    """The block of data that the page's scripts work with."""
    found: dict[str, Any] = json.loads(page.find("data").text)
    return found


def assert_self_contained(rendered: str) -> None:
    """The page asks for nothing from elsewhere, and its own policy would not let it."""
    page = read(rendered)
    assert not {each.tag for each in page.walk()} & {"link", "img", "iframe", "object", "embed", "base", "form"}
    (style,) = page.find_all("style")
    assert not re.search(r"url\(|@import|@font-face", style.text)
    data, library, script = page.find_all("script")
    assert (data.attributes["type"], library.attributes["type"], script.attributes) == (
        "application/json",
        "text/plain",
        {},
    )
    assert not re.search(r"fetch|XMLHttp|import\(|http|eval|Function\(", script.text)
    assert str(Path(reports.__file__).parent) not in rendered
    (policy,) = [each.attributes["content"] for each in page.find_all("meta") if "http-equiv" in each.attributes]
    directives = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    assert directives == {
        "default-src": "'none'",
        "script-src": f"{_source(script)} {_source(library)}",
        "style-src": _source(style),
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def _source(element: Element) -> str:
    return f"'sha256-{b64encode(sha256(element.text.encode()).digest()).decode()}'"
