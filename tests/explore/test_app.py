"""The explorer as somebody uses it: layers, files, tables, contents."""

import base64
from pathlib import Path

import pytest

import imgscan
from imgscan.explore.app import Explorer, Reading
from imgscan.explore.content import HexRows
from imgscan.explore.dialogs import Lines
from imgscan.explore.read import Read
from tests.explore.driving import LARGE, SMALL, driven, run, sample
from tests.images import Image, Layer, docker_archive

APP = "app-2.0"
FINDINGS = "2"


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_layers_and_their_files(size) -> None:
    """It begins with the layers; the files follow the cursor, and the details the pane that has the keys."""

    async def test() -> None:
        async with driven(sample(APP), size=size) as explorer:
            assert explorer.main.focused is explorer.main.files.layer_list
            assert "acme/app:2.0" in explorer.lines[0]
            assert explorer.names[:3] == ["bin", "dev", "etc"]
            await explorer.press(*"jjjj")
            assert "layer 4" in "\n".join(explorer.lines)
            await explorer.press("tab", "ctrl+@", "ctrl+u")
            assert explorer.names == [
                "var",
                "var/cache",
                "var/cache/packages",
                "var/cache/packages/colours-1.4.2.pkg",
                "var/cache/packages/left-pad-1.3.0.pkg",
            ]
            await explorer.press("G")
            details = dict(explorer.main.files.known())
            assert details["path"] == "var/cache/packages/left-pad-1.3.0.pkg"
            assert details["wasted"].startswith("removed by layer 10")

    run(test)


def test_one_layer_and_all_up_to_it() -> None:
    """Both ways that dive has, by its keys; and one that works everywhere."""

    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            await explorer.press("G", "ctrl+a", "tab", "ctrl+@", "shift+tab")
            assert explorer.main.files.together
            together = set(explorer.names)
            await explorer.press("ctrl+l")
            assert not explorer.main.files.together
            await explorer.press("a")
            assert explorer.main.files.together
            assert together == set(explorer.names)
            rootfs = {path for path in sample(APP).rootfs["path"].to_pylist() if path}
            picture = explorer.tree.filetree.picture
            seen = {
                path
                for path, node in zip(explorer.names, explorer.tree.filetree.lines, strict=True)
                if picture.state[node] != 4
            }
            assert seen == rootfs

    run(test)


def test_contents_of_files_that_were_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are shown, and written where somebody says; over another file only when that is confirmed."""
    monkeypatch.chdir(tmp_path)
    image = sample(APP)
    content = image.read("root/.ssh/id_ed25519", 7)

    async def test() -> None:
        async with driven(image) as explorer:
            await explorer.press(*"jjjjjjj", "slash", *"id_ed", "enter")
            assert explorer.main.focused is explorer.tree
            assert explorer.main.files.path() == b"root/.ssh/id_ed25519"
            await explorer.press("enter")
            await explorer.until(lambda: isinstance(explorer.screen, Lines))
            assert any(content.decode().splitlines()[0] in line for line in explorer.lines)
            await explorer.press("x")
            assert isinstance(explorer.screen.query_one("Listing").rows, HexRows)  # type: ignore[attr-defined]
            assert content[:8].hex(" ") in explorer.lines[1]
            await explorer.press("q")
            for replace in (False, True):
                await explorer.press("e")
                await explorer.shows("extract id_ed25519 to")
                await explorer.press("enter")
                if replace:
                    await explorer.shows("Replace it?")
                    Path("id_ed25519").write_bytes(b"precious")
                    await explorer.press("n")
                    assert Path("id_ed25519").read_bytes() == b"precious"
                    await explorer.press("e")
                    await explorer.shows("extract id_ed25519 to")
                    await explorer.press("enter")
                    await explorer.shows("Replace it?")
                    await explorer.press("y")
                await explorer.until(lambda: Path("id_ed25519").exists() and Path("id_ed25519").read_bytes() == content)
            assert [path.name for path in tmp_path.iterdir()] == ["id_ed25519"]

    run(test)


def test_filter_and_order() -> None:
    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            await explorer.press("G", "a", "tab", "ctrl+f", "asterisk", *".csv", "enter")
            assert [name for name in explorer.names if name.endswith(".csv")] == [
                "srv/app/catalogue.csv", "srv/app/locale/de.csv", "srv/app/locale/en.csv", "srv/app/locale/fr.csv",
            ]  # fmt: skip
            assert "only “*.csv”" in explorer.tree.status()
            await explorer.press("escape")
            assert explorer.names[0] == "bin"
            await explorer.press("s")
            assert explorer.names[0] == "srv"
            assert "by size" in explorer.tree.status()
            sizes = [explorer.tree.filetree.sizes[node] for node in explorer.tree.filetree.lines]
            assert sizes == sorted(sizes, reverse=True)
            await explorer.press("s")
            assert "by waste" in explorer.tree.status()

    run(test)


@pytest.mark.parametrize("name", ["*.csv", "id_ed25519"])
def test_what_is_in_other_layers_is_said(name: str) -> None:
    """Against SQL: the layers with an entry of that name, when a layer without is searched or filtered."""
    image = sample(APP)
    found = image.sql(
        f"select distinct layer from changes where parse_filename(path) glob '{name}' and kind != 'whiteout' order by 1"
    ).to_pylist()
    layers = [row["layer"] for row in found]
    assert layers
    assert 0 not in layers
    words = ", ".join(map(str, layers[:4])) + (f" and {len(layers) - 4} more" if len(layers) > 4 else "")
    words = f"not in layer 0; layer{'s' * (len(layers) > 1)} {words} ha{'ve' if len(layers) > 1 else 's'} it"
    keys = ["asterisk" if key == "*" else key for key in name]

    async def test() -> None:
        async with driven(image) as explorer:
            await explorer.press("slash", *keys, "enter")
            assert explorer.messages == words
            await explorer.press("escape", "ctrl+f", *keys)
            assert any("nothing here matches" in line for line in explorer.lines)
            assert explorer.messages == ""
            await explorer.press("enter")
            assert explorer.messages == words
            await explorer.press("escape")
            assert explorer.names[0] == "bin"
            assert not any("nothing here" in line for line in explorer.lines)

    run(test)


def test_own_files() -> None:
    """What a parent image brought goes and comes with a key; --own begins without it."""

    async def test() -> None:
        for own in (False, True):
            async with driven(sample(APP), own=own) as explorer:
                assert explorer.tree.filetree.only_own is own
                await explorer.press("G", "a", "tab")
                assert ("bin" in explorer.names) is not own
                await explorer.press("p")
                assert ("bin" in explorer.names) is own

    run(test)


TABS = ["findings", "waste", "packages", "history", "config", "duplicates"]


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_every_table(size) -> None:
    """Each shows its rows and their details; Enter leads to the file or layer that a row is about."""

    async def test() -> None:
        image = sample("packages")
        async with driven(image, size=size) as explorer:
            for number, _ in enumerate(TABS, start=2):
                await explorer.press(str(number))
                pane = explorer.main._pane
                assert pane is not None
                await explorer.until(lambda pane=pane: pane.table is not None)  # type: ignore[misc]
                if pane.table is not None and pane.table.count:
                    await explorer.press("j", "enter")
                    await explorer.press(str(number))
            await explorer.press("4", "g")
            assert explorer.main._pane is not None
            assert explorer.main._pane.listing.count == image.packages_of(all_layers=True).num_rows
            await explorer.press("enter")
            assert explorer.main._pane is None
            assert b"acme_prices" in explorer.main.files.path()

    run(test)


def test_waste_leads_to_the_layer_that_holds_it() -> None:
    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            await explorer.press("3")
            await explorer.shows("srv/app/catalogue.csv")
            await explorer.press("ctrl+f", *"font", "enter", "enter")
            assert explorer.main.files.path() == b"srv/app/static/theme/font.woff2"
            assert explorer.main.files.layer_list.cursor == 6
            assert explorer.main.focused is explorer.tree

    run(test)


def test_images_with_nothing_in_them(stacked) -> None:
    """No layers, or layers without entries: there is little to see, and every key can be pressed."""

    async def test(image: imgscan.Image) -> None:
        async with driven(image, size=SMALL) as explorer:
            await explorer.press("j", "a", "tab", "j", "space", "l", "h", "v", "y", "s", "z", "ctrl+u", "n", "escape")
            for tab in "2345671":
                await explorer.press(tab, "j", "enter", "i", "q")

    for image in (stacked(), stacked(Layer())):
        run(lambda image=image: test(image))  # type: ignore[misc]


def test_names_have_room_on_a_small_screen(stacked) -> None:
    """However deep they lie, and with modes beside them: other columns give way; w gives the files all the width."""
    deep = "/".join(f"level-{at}" for at in range(14))

    async def test() -> None:
        async with driven(stacked(Layer().file(f"{deep}/a-long-name", b"x" * 2000)), size=SMALL) as explorer:
            await explorer.press("tab", "ctrl+@", "G")
            assert any("a-long-name" in line for line in explorer.lines)
            await explorer.press("ctrl+b")
            row = next(line for line in explorer.lines if "-rw-r--r--" in line)
            assert "a-long-name" in row
            assert "2.00 kB" in row
            await explorer.press("w")
            row = next(line for line in explorer.lines if "a-long-name" in line)
            assert "-rw-r--r-- 0:0" in row
            assert explorer.tree.size.width == SMALL[0]
            await explorer.press("ctrl+p")
            assert explorer.tree.size.width < SMALL[0]
            await explorer.press("i")
            assert "".join(line[8:].strip() for line in explorer.lines).replace(" ", "").count("a-long-name")
            assert "text/hex" not in explorer.lines[-1]
            await explorer.press("q", "v")
            await explorer.until(lambda: isinstance(explorer.screen, Lines))
            assert "text/hex" in explorer.lines[-1]

    run(test)


def test_the_mouse() -> None:
    """A click chooses, a click on the handle opens, two clicks go on."""

    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            await explorer.pilot.click("#layers", offset=(6, 4))
            assert explorer.main.files.layer_list.cursor == 3
            await explorer.pilot.click("#layers", offset=(6, 1))
            row = next(index for index in range(explorer.tree.count) if explorer.names[index] == "etc")
            line = "".join(part.text for part in explorer.tree.files.line(row, 80))
            await explorer.pilot.click("#tree", offset=(line.index("▸"), row + 1))
            assert "etc/passwd" in explorer.names
            await explorer.pilot.click(
                "#tree", offset=(line.index("etc") + 3, explorer.names.index("etc/passwd") + 1), times=2
            )
            await explorer.until(lambda: isinstance(explorer.screen, Lines))

    run(test)


def test_names_are_shown_and_never_obeyed(stacked) -> None:
    """Markup, control characters and overrides: in the tree, in tables, details, messages and contents."""
    names = ["[red]x", "[b]", "a\x1b[2Jb", "\u202egnp.exe", "[@click=app.bell]y", "$bell"]
    layer = Layer().files({name: b"content of " + name.encode() for name in names})
    image = stacked(layer, Layer().files(dict.fromkeys(names, b"")))

    async def test() -> None:
        async with driven(image) as explorer:
            await explorer.press("tab")
            for index in range(len(names)):
                screen = "\n".join(explorer.lines)
                assert screen.replace("\n", "").isprintable()
                for name in ("[red]x", "[b]", "a\\x1b[2Jb", "\\u202egnp.exe", "[@click=app.bell]y"):
                    assert screen.count(name) >= 1, name
                await explorer.press("y", "enter")
                await explorer.until(lambda: isinstance(explorer.screen, Lines))
                assert "\n".join(explorer.lines).replace("\n", "").isprintable()
                await explorer.press("q")
                await explorer.press("j")
                assert index < len(names)
            assert "[red]x" in explorer.messages
            for tab in "234567":
                await explorer.press(tab)
                await explorer.until(lambda: explorer.main._pane is not None and explorer.main._pane.table is not None)
                await explorer.press("j", "i")
                assert "\n".join(explorer.lines).replace("\n", "").isprintable()
                await explorer.press("q")

    run(test)


def test_the_path_goes_to_the_clipboard() -> None:
    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            await explorer.press("tab", "y")
            assert explorer.app.clipboard == "/bin"
            assert "copied /bin" in explorer.messages

    run(test)


def test_the_report_is_written_and_opened_at_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the browser that the environment names; without one, its address goes to the clipboard."""
    monkeypatch.chdir(tmp_path)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)

    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            await explorer.press("j", "tab", "j", "o")
            await explorer.shows("write the HTML report to")
            await explorer.press("enter")
            await explorer.until(lambda: "no browser here" in explorer.messages)
            assert explorer.app.clipboard == f"{(tmp_path / 'app-2.0.html').as_uri()}#layer=1&path=dev"

    run(test)
    assert (tmp_path / "app-2.0.html").read_text().startswith("<!doctype html>")


def test_themes_and_keys() -> None:
    """Every theme can be drawn; the keys are told."""

    async def test() -> None:
        async with driven(sample(APP), size=SMALL) as explorer:
            seen = set()
            for _ in range(14):
                seen.add(explorer.app.theme)
                await explorer.press("t")
            assert len(seen) == 14
            await explorer.press("question_mark")
            assert any("Ctrl+Space" in line for line in _all_lines(explorer.screen))

    run(test)


def test_keys_have_room_and_dots_for_those_of_dive() -> None:
    """Against the list of keys: a dot before a key, not before the line; a cut line ends with an ellipsis."""

    async def test() -> None:
        async with driven(sample(APP), size=SMALL) as explorer:
            await explorer.press("question_mark")
            rows = explorer.screen.listing.rows  # type: ignore[attr-defined]
            lines = _all_lines(explorer.screen)
            assert [line.rstrip() for line in lines if "…" in line] == [
                "  1 … 7            show files, findings, waste, packages and so on"
            ]
            assert any("·Ctrl+Space z " in line for line in lines)
            assert any(" s ·Ctrl+O " in line for line in lines)
            assert "".join(part.text for part in rows.line(3, 30)) == "  1 … 7            show files…"

    run(test)


def test_the_same_words_stand_in_the_corner_once() -> None:
    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            await explorer.press("slash", *"zzz", "enter", "n", "n")
            assert explorer.messages == "not found"
            await explorer.press("escape")
            assert explorer.messages == ""

    run(test)


def _all_lines(screen) -> list[str]:
    rows = screen.listing.rows
    return ["".join(part.text for part in rows.line(index, 80)) for index in range(len(rows))]


def test_an_error_ends_it(write) -> None:
    """A damaged layer: the app is over, and says why to whoever ran it."""
    content = bytearray(docker_archive(Image([Layer().file("a", b"x" * 5000)])))
    at = content.index(b"x" * 100)
    content[at : at + 4] = b"yyyy"
    image = imgscan.open(write(bytes(content)))
    app = Explorer("image", lambda: image.layers, Read())  # type: ignore[arg-type, return-value]

    async def test() -> None:
        async with app.run_test() as pilot:
            for _ in range(500):
                if not app.is_running:
                    break
                await pilot.pause(0.02)

    run(test)
    assert isinstance(app.return_value, imgscan.ImgscanError)


def test_one_can_leave_while_it_reads() -> None:
    """The reading shows how far it is; nobody has to wait for its end."""
    import threading

    go_on, read = threading.Event(), Read()

    def load():
        go_on.wait(30)
        raise imgscan.ImgscanError("too late to be told")

    app = Explorer("image", load, read)

    async def test() -> None:
        async with app.run_test() as pilot:
            assert isinstance(app.screen, Reading)
            read.expect(100)
            read.advance(40)
            await pilot.pause(0.3)
            assert app.screen.query_one("ProgressBar").percentage == 0.4  # type: ignore[attr-defined]
            await pilot.press("q")
            await pilot.pause()

    run(test)
    go_on.set()
    assert (app.return_value, app.return_code) == (None, 0)


def test_base64_of_the_clipboard_is_osc_52() -> None:
    """What the terminal is sent for a copied path."""
    written = []

    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            assert explorer.app._driver is not None
            explorer.app._driver.write = written.append  # type: ignore[method-assign]
            await explorer.press("tab", "y")

    run(test)
    assert f"\x1b]52;c;{base64.b64encode(b'/bin').decode()}\a" in "".join(written)
