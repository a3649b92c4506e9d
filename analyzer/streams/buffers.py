"""Buffers that a thread reads into, again and again."""

from __future__ import annotations

from threading import local


class _Buffers(local):
    def __init__(self) -> None:
        self.by_size: dict[int, bytearray] = {}


_buffers = _Buffers()


def buffer_of_thread(size: int) -> bytearray:
    """A buffer of ``size`` bytes, the one that this thread got before: for one use at a time, and full of old bytes.

    New memory takes the system longer than it takes to read a small layer into it.
    """
    buffers = _buffers.by_size
    if size not in buffers:
        buffers[size] = bytearray(size)
    return buffers[size]
