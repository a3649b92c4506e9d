"""Compilers, linkers and what belongs to them."""

from __future__ import annotations

from ...globs import Globs
from ..edits import left_out
from ..left_behind import left_behind
from ..model import Rule

RULE = Rule(
    id="build-tools",
    title="Compilers and build tools",
    severity="size",
    meaning=(
        "Compilers and linkers serve to build. In the image that runs they take space, and help whoever breaks in. An "
        "image that others build in has them on purpose: ignore this rule there."
    ),
    bad="RUN apt-get install --yes gcc make && make && make install",
    good=(
        "FROM debian AS build\n"
        "RUN apt-get install --yes gcc make && make && make install\n"
        "FROM debian:stable-slim\n"
        "COPY --from=build /usr/local /usr/local"
    ),
    find=left_behind(
        left_out("build in a stage of its own, and COPY --from it what the container runs; PATHS then stays there")
    ),
    globs=Globs(
        directories=(
            "usr/{lib,lib64,libexec}/gcc",
            "usr/lib/llvm-*/bin",
            "usr/local/go/{pkg/tool,src}",
            "**/.rustup/toolchains",
            "**/rustup/toolchains",
            "usr/share/cmake*",
        ),
        files=(
            "usr/{bin,local/bin}/{gcc,g++,cc,c++,cpp,c89,c99,ld,as,make,gmake,cmake,ninja,clang,clang++,rustc,cargo,gdb}",
            "usr/{bin,local/bin}/{gcc,g++,cpp,clang,clang++}-{?,??}",
            "usr/{bin,local/bin}/*-linux-*-{gcc,g++,cpp,ld,ld.bfd,ld.gold,as,gcc-ar,lto-dump}",
            "usr/{bin,local/bin}/*-linux-*-{gcc,g++,cpp,lto-dump}-{?,??}",
            "**/{cc1,cc1plus,lto1}",
        ),
        # What compiled programs load; some distributions keep it beside the compiler.
        spared=("**/lib{gcc_s,stdc++,gomp,gfortran,quadmath,atomic}.so*",),
    ),
)
