"""What can be done with the file at the cursor: look into it, write it somewhere, copy its path, report on it."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import TYPE_CHECKING

from textual import work
from textual.screen import Screen

from analyzer.errors import ImgscanError
from analyzer.layers.spelling import shown as decoded
from reports.formatting import counted, visible

from .browser import open_page, page_url
from .content import CONTENT_BYTES_LIMIT, DifferenceRows, content_rows
from .dialogs import Confirmation, Lines, Question
from .files_pane import FilesPane
from .saving import file_name, place_for, save

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import BufferedReader
    from pathlib import Path

    from textual.notifications import SeverityLevel

    from .picture import Picture
    from .subject import Subject
    from .tree_listing import TreeListing

_PIECE_BYTES = 256 * 1024


class FileActions(Screen[None]):
    """A screen with files. Whatever cannot be done is said in a line; the screen goes on."""

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self.subject = subject

    @property
    def files(self) -> FilesPane:
        """The view of the files."""
        return self.query_one(FilesPane)

    def on_tree_listing_wanted(self, event: TreeListing.Wanted) -> None:
        """Do what was asked for with the file at the cursor."""
        if not self.files.file_list.count:
            return
        if event.what == "view":
            self._view()
        elif event.what == "extract":
            self._extract()
        else:
            self._copy_path()

    def complain(self, error: Exception) -> None:
        """Say what went wrong, with the hint where there is one."""
        hint = getattr(error, "hint", None)
        self.tell(f"{error}\n{hint}" if hint else str(error), severity="error")

    def tell(self, words: str, *, severity: SeverityLevel = "information") -> None:
        """A message in the corner. It may have a stranger's names in it, so nothing in it is markup."""
        self.notify("\n".join(map(visible, words.split("\n"))), severity=severity, markup=False)

    def _copy_path(self) -> None:
        path = "/" + decoded(self.files.path())
        self.app.copy_to_clipboard(path)
        self.tell(f"copied {path}")

    @work(exclusive=True, group="content")
    async def _view(self) -> None:
        picture, node = self.files.file_list.filetree.picture, self.files.file_list.node
        name = f"/{decoded(self.files.path())}"
        try:
            lines = await asyncio.to_thread(self._read, name, picture, node)
        except ImgscanError as error:
            self.complain(error)
            return
        self.app.push_screen(lines)

    def _read(self, name: str, picture: Picture, node: int) -> Lines:
        """What differs in a file, or what is in it, from its start."""
        with self.subject.open(picture, node) as file:
            content = file.read(CONTENT_BYTES_LIMIT)
            name += f", the first {counted(CONTENT_BYTES_LIMIT, 'byte')}" if file.read(1) else ""
        difference = self.subject.difference(picture, node)
        if difference is not None:
            return Lines(name, DifferenceRows(f"{name}: what differs", difference), content)
        return Lines(name, content_rows(name, content), content)

    @work(exclusive=True, group="content")
    async def _extract(self) -> None:
        picture, node = self.files.file_list.filetree.picture, self.files.file_list.node
        name = decoded(self.files.path().rpartition(b"/")[2])
        try:
            file = await asyncio.to_thread(self.subject.open, picture, node)
        except ImgscanError as error:
            self.complain(error)
            return
        with file:
            await self._write(f"extract {name} to", file_name(name), name, partial(_save, file))

    @work(exclusive=True, group="content")
    async def action_report(self) -> None:
        """Write the report, and open it where the cursor is."""
        path = self.files.path() if self.files.file_list.count else b""
        layer = self.files.layer_list.cursor
        page = await self._write(
            "write the HTML report to", self.subject.report_name, self.subject.report_name, self._save_report
        )
        if page is not None:
            url = page_url(page, layer, path)
            if not await asyncio.to_thread(open_page, url):
                self.app.copy_to_clipboard(url)
                self.tell(f"no browser here: copied {url}")

    def _save_report(self, place: Path, *, replace: bool) -> None:
        self.subject.write_report(place, replace=replace)

    async def _write(self, question: str, answer: str, name: str, write: Callable[..., None]) -> Path | None:
        """Ask where, and again where something is there; then write. None where nothing was written."""
        typed = await self.app.push_screen_wait(Question(question, answer))
        if typed is None:
            return None
        try:
            place = place_for(typed, name)
            replace = os.path.lexists(place)
            if replace and not await self.app.push_screen_wait(Confirmation(f"{place} is there. Replace it?")):
                return None
            await asyncio.to_thread(partial(write, place, replace=replace))
        except (ImgscanError, OSError) as error:
            self.complain(error)
            return None
        self.tell(f"wrote {place}")
        return place


def _save(file: BufferedReader, place: Path, *, replace: bool) -> None:
    save(_pieces(file), place, replace=replace)


def _pieces(file: BufferedReader) -> Iterator[bytes]:
    while piece := file.read(_PIECE_BYTES):
        yield piece
