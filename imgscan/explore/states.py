"""What became of a path between two states of a file system: as codes, marks and words."""

from __future__ import annotations

UNMODIFIED, ADDED, MODIFIED, RECOPIED, REMOVED, MOVED = range(6)

NAMES = ("unmodified", "added", "modified", "recopied", "removed", "moved")
"""The states by code; also what the parts of a line that show them are called."""

MARKS = " +~=->"
"""One character a state, for those who see no colours."""
