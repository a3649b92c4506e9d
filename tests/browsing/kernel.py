"""The kernel's own word on paths: `openat2` with a root that neither links nor `..` leave (openat2(2))."""

import ctypes
import errno
import os
import stat
import struct
from pathlib import Path

from tests.real.tools import unavailable

_OPENAT2 = 437  # the same on all architectures
_RESOLVE_IN_ROOT = 0x10


def read_in_root(root: Path, path: bytes) -> bytes | str:
    """The content that a process with this root reads at `path`, or the name of the error that it gets."""
    libc = ctypes.CDLL(None, use_errno=True)
    how = struct.pack("QQQ", os.O_RDONLY, 0, _RESOLVE_IN_ROOT)
    folder = os.open(root, os.O_PATH)
    try:
        descriptor = libc.syscall(_OPENAT2, folder, path, how, len(how))
    finally:
        os.close(folder)
    if descriptor < 0:
        name = errno.errorcode[ctypes.get_errno()]
        if name == "ENOSYS":
            unavailable("the kernel has no openat2")
        return name
    try:
        return "EISDIR" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else os.read(descriptor, 1 << 16)
    finally:
        os.close(descriptor)
