"""An image with everything that is easy to get wrong: its Dockerfile and build context."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

PROGRAMS = ("busybox", "setcap", "setfattr")
APPLETS = "cat chmod chown cp dd ln mkdir mkfifo mknod mv rm seq touch truncate"

LONG_NAME = "n" * 250
LONG_PATH = "/".join(["deep-directory-" + "d" * 45] * 8)

CONTENT = """
attributes/capable attributes/plain attributes/setgid attributes/setuid attributes/sticky/file attributes/sub/file
again becomes-link/a becomes-link/sub/b directory-to-fifo/x directory-to-file/x/y file-to-directory hard/one
in-two-steps/a in-two-steps/b linked/kept moved/a moved/sub/b moved/sub/c opaque/kept-name opaque/old opaque/sub/deep
volume/data
"""

# Each line is a layer of its own, with what is tricky about it above.
STEPS = f"""
FROM acme/base:1.0
ADD toolbox.tar /
ENV PATH=/toolbox
SHELL ["/toolbox/busybox", "sh", "-e", "-c"]
COPY content/ /srv/
WORKDIR /srv

# a directory replaced by a symbolic link, and files copied through that link
RUN rm -rf becomes-link && ln -s linked becomes-link
COPY more/ /srv/becomes-link/
# a symbolic link replaced by a directory
RUN rm link-becomes-directory && mkdir link-becomes-directory && echo 1 > link-becomes-directory/file

# removed and made anew in one step: an opaque whiteout; the second time over an opaque directory
RUN rm -rf opaque && mkdir opaque && echo new > opaque/new && echo changed > opaque/kept-name
RUN rm -rf opaque && mkdir -p opaque/sub && echo newer > opaque/sub/deep
# removed in one layer, made anew in the next
RUN rm -rf in-two-steps
RUN mkdir in-two-steps && echo again > in-two-steps/a
# a file made again after its whiteout
RUN rm again
RUN echo back > again

# hard links: made in the layer of the file, beside a file of a lower layer, changed by one of their names
RUN cd hard && ln one two && ln one three && echo late > born && ln born born-too && mkdir sub && ln born sub/born
RUN chown 1000:1001 hard/two && \\
    chmod 600 hard/born
RUN rm hard/one
RUN mv hard/sub/born hard/moved-link && ln hard/three hard/four
RUN ln -s nowhere hard/dangling && ln hard/dangling hard/dangling-too && mkfifo hard/pipe && ln hard/pipe hard/pipe-too

# moved: a directory, a file, and a directory over an empty one
RUN mv moved moved-away && mv moved-away/a b-moved && mkdir onto && mv moved-away/sub onto/
# only attributes: of files and of directories
RUN chmod 700 attributes && chmod 4755 attributes/setuid && chmod 2755 attributes/setgid && chmod 1777 attributes/sticky
RUN chown 3000000:4000000 attributes/setuid attributes/sub && touch -t 200001010000 attributes/plain
RUN setcap cap_net_raw+ep attributes/capable && setfattr -n user.note -v "one two" attributes/capable

# files and directories in each other's places
RUN rm file-to-directory && mkdir file-to-directory && echo inside > file-to-directory/inside && \\
    rm -rf directory-to-file && echo file > directory-to-file
RUN rm directory-to-file && mkdir -p directory-to-file/x && echo back > directory-to-file/x/back
RUN rm -rf directory-to-fifo && mkfifo directory-to-fifo

# contents: empty, holes, exactly a block, one byte more or less
RUN mkdir sizes && cd sizes && : > empty && truncate -s 3000000 hole && truncate -s 1 one && echo end >> hole && \\
    for n in 511 512 513 10239 10240 10241 1048576; do dd if=/toolbox/busybox of=$n bs=$n count=1; done && \\
    dd if=/toolbox/busybox of=middle bs=1000 count=3 seek=700 && truncate -s 2000000 middle

# names: long, of other alphabets, not UTF-8 at all, with blanks, line ends and tar's own marks
RUN mkdir names && cd names && echo 1 > {LONG_NAME} && mkdir -p {LONG_PATH} && echo 2 > {LONG_PATH}/file && \\
    ln -s {LONG_PATH}/file long-link && ln {LONG_PATH}/file long-hard-link && ln {LONG_NAME} long-name-link
RUN cd names && echo 3 > 'größe ☕ 漢字' && echo 4 > $'combining-e\\xcc\\x81' && echo 5 > $'composed-\\xc3\\xa9' && \\
    echo 6 > $'latin-\\xe9' && ln -s $'target-\\xe9' latin-link && ln $'latin-\\xe9' $'latin-too-\\xfc' && \\
    echo 7 > ' blanks at both ends ' && echo 8 > $'line\\nend' && echo 9 > $'tab\\tand\\rreturn\\x1b[31m' && \\
    echo a > 'back\\slash' && echo b > '\\xe9' && echo c > -dash && echo d > '...' && mkdir '~' && echo e > 'a=b'
RUN cd names && echo f > .wh && echo g > wh.file && mkdir .hidden && echo h > .hidden/.wh && rm -rf '...' .hidden
RUN cd names && rm $'latin-\\xe9' && rm -rf 'größe ☕ 漢字' && echo i > 'größe' && mkdir CASE && echo j > CASE/j && echo k > case

# devices and pipes
RUN mkdir devices && cd devices && mknod null c 1 3 && mknod disk b 8 17 && mknod many c 300 70000 && mkfifo pipe
RUN chmod 666 devices/null && rm devices/pipe

# links in circles, to directories, absolute and out of the root
RUN mkdir links && cd links && ln -s b a && ln -s a b && ln -s . self && ln -s / root && ln -s ../../../../etc/passwd out
RUN rm links/self && ln -sfn /srv links/root && mkdir links/real && ln -s real links/to && echo through > links/to/file

# many small files, some of them gone again
RUN mkdir many && cd many && for n in $(seq 700); do echo $n > file-$n; done
RUN cd many && for n in $(seq 1 7 700); do rm file-$n; done && for n in $(seq 2 70 700); do echo $n > file-$n; done

# where the engine puts files of its own
COPY more/kept /dev/made/file
RUN echo 127.0.0.1 > /etc/hosts-of-image
VOLUME /srv/volume
USER 1000:1001
"""


def write_context(folder: Path) -> Path:
    """The context, with the Dockerfile in it, that makes the image on top of ``acme/base:1.0``."""
    content = folder / "content"
    for path in CONTENT.split():
        _write(content / path, f"content of {path}\n")
    (content / "link-becomes-directory").symlink_to("linked")
    _write(folder / "more/kept", "copied through a link\n")
    _write(folder / "more/new/file", "new\n")
    _write_toolbox(folder / "toolbox.tar")
    _write(folder / "Dockerfile", STEPS.lstrip())
    return folder


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _write_toolbox(path: Path) -> None:
    """This machine's programs with the libraries that they load, since the parent image has few of its own."""
    with tarfile.open(path, "w") as tar:
        for program in PROGRAMS:
            found = shutil.which(program)
            assert found is not None
            _add(tar, Path(found), f"toolbox/{program}")
            for library in _libraries(found):
                _add(tar, library, str(library).lstrip("/"))
        for applet in APPLETS.split():
            link = tarfile.TarInfo(f"toolbox/{applet}")
            link.type, link.linkname, link.mode = tarfile.SYMTYPE, "busybox", 0o777
            tar.addfile(link)


def _add(tar: tarfile.TarFile, file: Path, name: str) -> None:
    if name in tar.getnames():
        return
    member = tar.gettarinfo(os.path.realpath(file), name)
    member.uid = member.gid = 0
    with file.open("rb") as content:
        tar.addfile(member, content)


def _libraries(program: str) -> list[Path]:
    """The paths in what ldd prints; none for a static program."""
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    return [Path(path) for path in re.findall(r"(?:^|\s)(/\S+)", listed)]
