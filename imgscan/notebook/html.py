"""What tables in notebooks are made of. Names come from strangers' images: everything is escaped where it goes in.

Styles are inline, since front ends drop style sheets, and colours are those of the page but for bars.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from markupsafe import Markup

from reports.formatting import decimal_bytes, exact_bytes, shortened, signed_bytes, visible

from .colours import CLASSES, LESS, MORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyzer.analyses.ledger import Ledger

Cell: TypeAlias = "str | int | None"  # of which Markup is one

_CELL = "padding:.15em .7em;border:0;white-space:nowrap;background:transparent;text-align:{}"
_TABLE = Markup(
    '<table style="border-collapse:collapse;margin:.4em 0;font-size:.92em;border:0">'
    '<thead style="border-bottom:1px solid rgba(128,128,128,.5)"><tr>{}</tr></thead><tbody>{}</tbody></table>'
)
_BAR = Markup(
    '<span role="img" aria-label="{}" style="display:inline-flex;width:{}em;height:.75em;vertical-align:middle">'
    "{}</span>"
)
_SPAN = Markup('<span title="{}">{}</span>')
_PIECE = Markup('<span title="{}" style="width:{:.2f}%;background:{}"></span>')


def text(value: str, limit: int = 80) -> Markup:
    """Text in one line of at most ``limit`` characters, with the whole of it to hover over."""
    whole = visible(value)
    cut = shortened(whole, limit)
    return _SPAN.format(whole, cut) if cut != whole else Markup("{}").format(whole)


def size(count: int | None) -> Markup:
    """Bytes for people, with the exact number to hover over; nothing for None and for 0."""
    return _SPAN.format(exact_bytes(count), decimal_bytes(count)) if count else Markup("")


def growth(count: int) -> Markup:
    """The same with a sign."""
    return _SPAN.format(f"{count:+,} bytes", signed_bytes(count)) if count else Markup("")


def bar(parts: Iterable[tuple[str, int, str]], whole: int, width: float = 9) -> Markup:
    """Pieces of a bar that is ``whole`` bytes long, each with its name, its bytes and its colour."""
    pieces = [(f"{name}: {decimal_bytes(count)}", count, colour) for name, count, colour in parts if count > 0]
    shown = Markup("").join(_PIECE.format(name, 100 * count / whole, colour) for name, count, colour in pieces)
    return _BAR.format(", ".join(name for name, _, _ in pieces) or "nothing", width, shown)


def ledger_bar(ledger: Ledger, whole: int, width: float = 14) -> Markup:
    """The classes of a ledger."""
    return bar([(name, getattr(ledger, name), colour) for name, colour in CLASSES.items()], whole, width)


def growth_bar(count: int, most: int, width: float = 9) -> Markup:
    """A bar to the length of a growth or a loss, ``most`` being the longest there is."""
    return bar([("more" if count > 0 else "less", abs(count), MORE if count > 0 else LESS)], most, width)


def legend(names: Iterable[str]) -> Markup:
    """What the colours of these classes mean."""
    swatch = Markup('<span style="color:{}">&#9632;</span> {}')
    shown = Markup(" &ensp; ").join(swatch.format(CLASSES[name], name) for name in names)
    return Markup('<div style="font-size:.85em">{}</div>').format(shown)


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Markup:
    """A table; columns whose heading begins with ``>``, as in a format, are set to the right."""
    sides = ["right" if each.startswith(">") else "left" for each in headings]
    head = (_cell("th", side, each.removeprefix(">")) for side, each in zip(sides, headings, strict=True))
    lines = (
        Markup("<tr>{}</tr>").format(
            Markup("").join(_cell("td", side, each) for side, each in zip(sides, row, strict=True))
        )
        for row in rows
    )
    return _TABLE.format(Markup("").join(head), Markup("").join(lines))


def _cell(tag: str, side: str, value: Cell) -> Markup:
    return Markup('<{0} style="{1}">{2}</{0}>').format(tag, _CELL.format(side), _shown(value))


def _shown(value: Cell) -> Markup:
    if isinstance(value, Markup):
        return value
    return text("" if value is None else f"{value:,}" if isinstance(value, int) else value)


def title(name: str, *facts: str) -> Markup:
    """What is shown, and what else there is to say of it in the same line."""
    told = Markup(" · ").join(visible(each) for each in facts if each)
    return Markup("<div><b>{}</b> &ensp; {}</div>").format(text(name), told)


def line(*words: Cell) -> Markup:
    """A line of text; what is no Markup is escaped."""
    return Markup("<div>{}</div>").format(Markup("").join(_shown(each) for each in words))


def strong(words: str) -> Markup:
    """Text that catches the eye."""
    return Markup("<b>{}</b>").format(text(words))


def code(words: str) -> Markup:
    """Text as it is written in a program."""
    return Markup("<code>{}</code>").format(text(words, 120))


def box(*parts: Markup) -> str:
    """All parts, one below the other."""
    return str(Markup('<div style="line-height:1.5">{}</div>').format(Markup("").join(parts)))
