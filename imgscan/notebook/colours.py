"""The colours of tables and plots: mid tones, which stand out on light pages and on dark ones."""

from __future__ import annotations

CLASSES = {
    "visible": "#4f8ee0",
    "overwritten": "#c98a00",
    "recopied": "#d04a2f",
    "removed": "#9a55bd",
    "repeated": "#1f9a68",
    "overhead": "#8a919b",
}
"""One a class of the ledger, in its order."""

MORE, LESS = "#d04a2f", "#1f9a68"
"""Growth, and what became less."""

SEQUENCE = ("#4f8ee0", "#c98a00", "#1f9a68", "#9a55bd", "#d04a2f", "#2a9aa6", "#b3578a", "#7d8a2e")
"""For things that have no meaning by their colour, one after the other."""

GREY = "#8a919b"
TEXT = "#767676"
"""Grey that has a contrast of 4.5 to white and to black alike (WCAG 2.2, 1.4.3)."""
