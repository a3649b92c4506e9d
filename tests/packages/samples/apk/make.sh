#!/bin/sh
# Makes `installed`, the sample database, anew: in Alpine 3.23, whose apk-tools 3 can make packages.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
cd "$work"
touch repositories
options="--arch x86_64 --no-network --repositories-file $work/repositories --allow-untrusted --no-scripts"

mkdir -p demo/etc/demo demo/usr/bin other/opt/empty other/srv
echo 1 >demo/etc/demo/demo.conf
echo two >demo/usr/bin/demo
ln -s demo demo/usr/bin/demo2
echo >'other/srv/with space'
echo x >other/atroot
apk mkpkg --files demo --output demo-1.2.3-r4.apk -I name:demo -I version:1.2.3-r4 -I arch:x86_64 \
    -I license:MIT -I origin:demo-source -I description:demo
apk mkpkg --files other --output other-0.1_alpha2-r0.apk -I name:other -I version:0.1_alpha2-r0 -I arch:noarch \
    -I license:'BSD-2-Clause AND ISC' -I description:other
apk add --root "$work/root" $options --initdb --virtual .built-here ./demo-1.2.3-r4.apk
apk add --root "$work/root" $options ./other-0.1_alpha2-r0.apk
cp root/lib/apk/db/installed "$here/installed"
rm -r "$work"
