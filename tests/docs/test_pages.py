"""Pages hang together: links, examples in Python, names of make targets, and nothing of one machine."""

import doctest
import re
import socket
from pathlib import Path

import pytest

import imgscan
from tests.docs.pages import DOCS, PAGES, ROOT, blocks

FOLDERS = ("benchmarks", "examples/ci", "notebooks", "sample_images")
EVERY_PAGE = [*PAGES, *(ROOT / folder / "README.md" for folder in FOLDERS)]
each_page = pytest.mark.parametrize("path", EVERY_PAGE, ids=lambda path: str(path.relative_to(ROOT)))


def _anchors(text: str) -> set[str]:
    """Return the anchors that code hosts make of headings."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_page
def test_links_lead_somewhere(path: Path) -> None:
    """Relative links name files that are there and headings that they have."""
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        if re.match(r"https?://", target):
            continue
        name, _, anchor = target.partition("#")
        file = path.parent / name if name else path
        assert file.exists(), f"{target} in {path.name}"
        assert not anchor or anchor in _anchors(file.read_text()), f"{target} in {path.name}"


@pytest.mark.parametrize(
    "path",
    [ROOT / "README.md", DOCS / "python.md", DOCS / "diff.md", DOCS / "diff-contents.md", DOCS / "baselines.md"],
    ids=lambda path: path.name,
)
def test_python_examples_work(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Examples of one page follow on each other, as a reader would type them."""
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    examples = blocks(path.read_text(), "pycon")
    assert examples
    for number, block in enumerate(examples):
        test = doctest.DocTestParser().get_doctest(block, names, f"{path.name}, block {number}", str(path), 0)
        problems: list[str] = []
        results = doctest.DocTestRunner().run(test, out=problems.append, clear_globs=False)
        assert not results.failed, "".join(problems)
        names = test.globs


def test_public_names_are_described() -> None:
    """Every name that `import imgscan` offers and every public attribute of an image is in docs/python.md."""
    text = (DOCS / "python.md").read_text()
    attributes = [name for name in vars(imgscan.Image) if not name.startswith("_")]
    assert [name for name in [*imgscan.__all__, *attributes] if not re.search(rf"\b{name}\b", text)] == []


@each_page
def test_make_targets_exist(path: Path) -> None:
    """What a page says one can make can be made."""
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^    |`)make (\w+)", path.read_text(), re.MULTILINE))
    assert named <= targets


@each_page
def test_nothing_of_one_machine(path: Path) -> None:
    """No checkout, home, host name or mirror of the machine that a page was written on."""
    text = path.read_text()
    home = f"{Path.home()}/"
    private = [
        str(ROOT),
        "/home/",
        "/Users/",
        "/site-packages",
        *([home] if home != "/root/" else []),
    ]  # images have it
    assert [word for word in private if word in text] == []
    assert not re.search(rf"\b{re.escape(socket.gethostname())}\b", text)


def test_readme_says_it_on_the_first_screen() -> None:
    """One sentence, the output of a report, then the two commands that do all set-up."""
    lines = (ROOT / "README.md").read_text().splitlines()
    report, demo, test = (
        next(number for number, line in enumerate(lines) if line.startswith(start))
        for start in ("$ imgscan report", "    make demo", "    make test")
    )
    assert lines[0] == "# imgscan"
    assert report < 10
    assert report < demo < test < 60
