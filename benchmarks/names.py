"""Names such as software trees have: where files live, what they are called, which extensions they carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_STARTS = "ab an ar as be ca co cor de di en ex fa fi ge gra ha hy im in ja ke li lo ma mi mo na ne net no"
_MIDDLES = "ba ce ci da di fa ga ge ki la le li lo ma me mi mo na ni no pa po ra ri ro sa se si so ta te"
_ENDS = "ck d der fig form graph ing kit l lib log map n net nt ol on or pack r rs rt s st t ter th"


@dataclass(frozen=True)
class Place:
    """A corner of the file system: how deep its directories go and what its files are called."""

    root: str
    weight: int
    depth: tuple[int, int]
    text: tuple[str, ...]
    binary: tuple[str, ...]
    executable: bool = False


PLACES = (
    Place("usr/lib/python3/dist-packages", 22, (1, 4), (".py", ".py", ".pyi", ".txt"), (".so", ".pyc")),
    Place("opt/app/node_modules", 22, (1, 5), (".js", ".js", ".d.ts", ".json", ".md"), (".node", ".png")),
    Place("usr/share/doc", 14, (1, 2), ("", ".md", ".html"), (".gz",)),
    Place("usr/lib/x86_64-linux-gnu", 8, (0, 2), (".pc", ".la", ".conf"), (".so", ".so.1", ".so.6", ".a")),
    Place("usr/share/locale", 8, (2, 2), (".po",), (".mo",)),
    Place("usr/include", 7, (0, 3), (".h", ".hpp"), (".gch",)),
    Place("usr/local/go/src", 6, (1, 4), (".go", ".go", ".s"), (".zip",)),
    Place("usr/bin", 4, (0, 0), ("", ".sh"), ("", ""), executable=True),
    Place("usr/share/java", 3, (0, 2), (".xml", ".properties"), (".jar",)),
    Place("var/lib/dpkg/info", 3, (0, 0), (".list", ".md5sums", ".postinst"), (".triggers",)),
    Place("home/app/service/src", 3, (0, 3), (".py", ".yaml", ".sql", ".html"), (".woff2", ".jpg")),
)
ROOTS = frozenset(place.root for place in PLACES)
WEIGHTS = tuple(place.weight for place in PLACES)


_PIECES = (_STARTS.split(), _MIDDLES.split(), _ENDS.split())
_WORDS_IN_A_NAME, _SHARES = (1, 2, 3, 6), (70, 20, 9, 1)


def word(random: Random) -> str:
    """Make up a word that reads like the name of a module."""
    starts, middles, ends = _PIECES
    middle = "".join(random.choices(middles, k=random.randint(0, 2)))
    return random.choice(starts) + middle + random.choice(ends)


def name(random: Random) -> str:
    """Make up the name of a package or a file: mostly one word, now and then a few, or very many."""
    count = random.choices(_WORDS_IN_A_NAME, _SHARES)[0]
    return "-".join(word(random) for _ in range(count))
