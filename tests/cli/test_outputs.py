"""What becomes of a file, or of what leads to one, that a result is written to."""

from pathlib import Path


def test_what_leads_to_an_open_file_is_written_through(folder, run, sample) -> None:
    """/dev/stdout is a link to what is open: root could put a file in its place."""
    assert run("layers", sample, "-f", "csv", "-o", "/dev/stdout").stdout.startswith(b"layer,")
    assert Path("/dev/stdout").is_symlink()


def test_a_file_that_is_replaced_keeps_its_mode(folder, run, sample) -> None:
    """What nobody else could read is not opened to all."""
    target = folder / "target.csv"
    target.write_bytes(b"old")
    target.chmod(0o600)
    assert run("layers", sample, "-o", "target.csv").returncode == 0
    assert target.read_bytes().startswith(b"layer,")
    assert target.stat().st_mode & 0o777 == 0o600
