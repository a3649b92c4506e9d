"""Files go where somebody says, and nothing of a stranger's leads elsewhere."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import OutputError
from imgscan.explore.saving import file_name, place_for, save


@given(st.text(max_size=400))
def test_a_strangers_name_stays_in_the_folder(name: str) -> None:
    plain = file_name(name)
    assert Path("folder", plain).parent == Path("folder")
    assert Path("folder", plain).resolve().parent == Path("folder").resolve()
    assert plain not in ("", ".", "..")
    assert plain.isprintable()
    assert len(plain.encode()) <= 200


def test_what_is_typed_is_meant(tmp_path: Path) -> None:
    assert place_for(str(tmp_path / "x"), "../../y") == tmp_path / "x"
    assert place_for(str(tmp_path), "../y") == tmp_path / ".._y"


@pytest.mark.parametrize("typed", ["~no-such-user-here/x", "a\0b"])
def test_what_cannot_be_a_path_is_an_error(typed: str) -> None:
    with pytest.raises(OutputError):
        place_for(typed, "x")


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    """Neither a file nor a link, not even one that leads nowhere; with leave, as a whole, and what a link leads to."""
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"precious")
    link.symlink_to(tmp_path / "elsewhere")
    for place in (file, link):
        with pytest.raises(FileExistsError):
            save([b"new"], place, replace=False)
    assert file.read_bytes() == b"precious"
    assert not (tmp_path / "elsewhere").exists()
    save([b"new"], link, replace=True)
    assert link.is_symlink()
    assert (tmp_path / "elsewhere").read_bytes() == b"new"


def test_half_a_file_is_none(tmp_path: Path) -> None:
    def pieces():
        yield b"half"
        raise OutputError("damaged")

    for replace in (False, True):
        with pytest.raises(OutputError):
            save(pieces(), tmp_path / "file", replace=replace)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write"):
        save([b""], tmp_path / "no" / "file", replace=False)
