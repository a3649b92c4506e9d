#!/usr/bin/env bash
# Makes the sample databases anew, on Debian 12 as root, with the packages rpm, db5.3-util, gcc and a deb-src line.
# Debian's rpm cannot write ndb, so Packages.db is written by the source file of rpm that does, taken by itself.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
cd "$work"

for spec in "$here"/specs/*.spec; do
    rpmbuild -bb --quiet --define "_topdir $work/build" --define '_buildhost example.org' "$spec"
done
database=(--root "$work/root" --dbpath /var/lib/rpm)
mkdir root
rpm "${database[@]}" --nodeps --ignorearch --noscripts --excludedocs --install build/RPMS/*/*.rpm
rpm "${database[@]}" --import /etc/apt/trusted.gpg.d/debian-archive-bookworm-stable.asc
rpm "${database[@]}" -qa --queryformat \
    '%{NAME}\t%{EPOCH}\t%{VERSION}\t%{RELEASE}\t%{ARCH}\t%{SIZE}\t%{LICENSE}\t%{SOURCERPM}\n' |
    LC_ALL=C sort >"$here/query.tsv"

cp root/var/lib/rpm/rpmdb.sqlite .
python3 - <<'PYTHON'
import sqlite3, struct, subprocess
rows = sqlite3.connect("rpmdb.sqlite").execute("SELECT hnum, blob FROM Packages").fetchall()
items = [(0, struct.pack("<I", len(rows))), *rows]
for number, blob in rows:
    open(str(number), "wb").write(blob)
lines = [f" {struct.pack('<I', number).hex()}\n {blob.hex()}\n" for number, blob in items]
dump = ["VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=4096\nHEADER=END\n", *lines, "DATA=END\n"]
subprocess.run(["db5.3_load", "Packages"], input="".join(dump).encode(), check=True)
PYTHON

apt-get source --download-only --quiet rpm
tar --extract --strip-components=4 --wildcards --file rpm_*.orig.tar.xz '*/lib/backend/ndb/rpmpkg.[ch]'
mkdir rpm
printf '#include <stdlib.h>\n#include <string.h>\n#define xcalloc calloc\n#define xmalloc malloc\n' >system.h
printf '#define xrealloc realloc\n#define xstrdup strdup\n' >>system.h
printf '#include <stdio.h>\n#define rpmlog(level, ...) fprintf(stderr, __VA_ARGS__)\n#define _(text) text\n' >rpm/rpmlog.h
gcc -w -I. -o ndb "$here/ndb.c" rpmpkg.c
./ndb Packages.db 1 2 3 -1 4 5 1 # one removed and put back elsewhere, so that there is a hole

for name in rpmdb.sqlite Packages Packages.db; do
    gzip -9n <"$name" >"$here/$name.gz"
done
rm -r "$work"
