"""Processes of imgscan that begin with its modules imported: each command is one, and half of its time would be imports.

A server imports them once, and forks for each command. That has its own folder, variables, standard streams and exit
status, as if somebody had started it.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from threading import Thread
from typing import Any, BinaryIO, Self

_PACKAGES = ("analyzer", "reports", "imgscan.cli")
_REQUEST_BYTES = 1024**2


class Warm:
    """The server, as those see it who want a command run."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        here, there = socket.socketpair()
        code = f"from tests.cli.warm import serve; serve({there.fileno()})"
        pipe = subprocess.PIPE  # Python remembers what kind of files it began with
        command = [sys.executable, "-c", code]
        with there:
            self._server = subprocess.Popen(
                command, env=environment, pass_fds=[there.fileno()], stdin=pipe, stdout=pipe
            )
        self._socket = here

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._server.communicate(timeout=60)

    def run(
        self, arguments: list[str], *, cwd: Path, env: Mapping[str, str], given: bytes | None
    ) -> subprocess.CompletedProcess[bytes]:
        """As `subprocess.run` does with pipes."""
        pipes = [os.pipe() for _ in range(3)]
        (theirs, to_it), (out, its_out), (err, its_err) = pipes
        asked = json.dumps({"arguments": arguments, "cwd": str(cwd), "env": dict(env)}).encode()
        socket.send_fds(self._socket, [asked], [theirs, its_out, its_err])
        for each in (theirs, its_out, its_err):
            os.close(each)
        feeding = Thread(target=_feed, args=(os.fdopen(to_it, "wb"), given or b""))
        found: dict[str, bytes] = {}
        reading = [
            Thread(target=_drain, args=(os.fdopen(each, "rb"), name, found))
            for each, name in ((out, "out"), (err, "err"))
        ]
        for thread in (feeding, *reading):
            thread.start()
        for thread in (feeding, *reading):
            thread.join(60)
        status = int(self._socket.recv(16))
        return subprocess.CompletedProcess(arguments, status, found["out"], found["err"])


def _feed(pipe: BinaryIO, given: bytes) -> None:
    try:
        with pipe:
            pipe.write(given)
    except BrokenPipeError:
        pass  # it has read enough


def _drain(pipe: BinaryIO, name: str, found: dict[str, bytes]) -> None:
    with pipe:
        found[name] = pipe.read()


def serve(descriptor: int) -> None:
    """Run what comes in, one command after the other, until nobody is there to ask."""
    from imgscan._lean import start_lean

    start_lean()
    for package in map(import_module, _PACKAGES):
        for each in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(each.name)
    asking = socket.socket(fileno=descriptor)
    while True:
        asked, streams, *_ = socket.recv_fds(asking, _REQUEST_BYTES, 3)
        if not asked:
            return None
        child = os.fork()
        if not child:
            asking.close()
            return _command(json.loads(asked), streams)
        for each in streams:
            os.close(each)
        _, status = os.waitpid(child, 0)
        asking.send(str(os.waitstatus_to_exitcode(status)).encode())


def _command(asked: dict[str, Any], streams: list[int]) -> None:
    """What the process of a command does; Python ends it as always."""
    for place, each in enumerate(streams):
        os.dup2(each, place)
        os.close(each)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv = ["imgscan", *asked["arguments"]]
    from imgscan.__main__ import main

    main()
