#!/usr/bin/env bash
# Makes the build contexts of the sample images in the folder named by the first argument.
# Every byte comes from Debian's klibc-utils, from owner.c or from the recipes below, with fixed dates,
# so that two runs make the same contexts.
set -Eeuo pipefail
umask 022

here=$(cd "$(dirname "$0")" && pwd)
contexts=${1:?usage: contexts.sh FOLDER}

# noise SEED BYTES: bytes that no compressor can shrink, the same for the same seed (think .png, .woff, a compiled program)
noise() {
    head -c "$2" /dev/zero | openssl enc -aes-128-ctr -K "$(printf %s "$1" | md5sum | cut -c1-32)" -iv 00000000000000000000000000000000
}

# table SEED ROWS: text that compresses well (think .csv, .json, translations)
table() {
    seq -f "%06.0f,$1,article,9.99,in stock,warehouse north,no remarks" 1 "$2"
}

# put FILE: standard input into FILE, folders made on the way
put() {
    mkdir -p "$(dirname "$1")"
    cat > "$1"
}

# dated DATE FOLDER: everything below gets this date
dated() {
    find "$2" -exec touch --no-dereference --date "$1" {} +
}

# The parent image: a shell and a handful of tools from klibc-utils (0.2 MB, where busybox would be 2 MB), with entries
# that scanners meet in real root filesystems: setuid, sticky, file capabilities, a device, a fifo, symbolic and hard links.
base() {
    local root="$contexts/base.root" tool
    mkdir -p "$root"/{bin,dev,etc,lib,proc,root,run,sbin,srv,sys,tmp,usr/bin,usr/local/bin,usr/share/doc/klibc,var/cache,var/log}
    for tool in cat ln ls mkdir mount mv readlink sh sleep true uname; do
        cp "/usr/lib/klibc/bin/$tool" "$root/bin/"
    done
    cp /usr/lib/klibc/bin/nuke "$root/bin/rm"          # klibc's "remove this and all below"; takes -rf in its stride
    cp /usr/lib/klibc/bin/ipconfig "$root/sbin/"
    cp /usr/lib/klibc-*.so "$root/lib/"
    cp /usr/share/doc/klibc-utils/copyright "$root/usr/share/doc/klibc/"
    klcc -shared -Os -o "$root/bin/chown" "$here/base/owner.c"
    strip --remove-section=.note.gnu.build-id "$root/bin/chown"
    ln "$root/bin/chown" "$root/bin/chmod"             # one inode, two names
    ln -s ../bin/sh "$root/usr/bin/sh"
    ln -s /run "$root/var/run"
    mkfifo "$root/run/initctl"
    mknod "$root/dev/null" c 1 3
    printf 'root:x:0:0:root:/root:/bin/sh\napp:x:10001:10001:acme app:/srv/app:/bin/sh\n' | put "$root/etc/passwd"
    printf 'root:x:0:\napp:x:10001:\n' | put "$root/etc/group"
    printf 'ID=acme\nNAME="Acme Linux"\nVERSION_ID=1.0\n' | put "$root/etc/os-release"
    : > "$root/var/log/lastlog"
    chmod 700 "$root/root"
    chmod 1777 "$root/tmp"
    chmod 4755 "$root/bin/mount"
    setcap cap_net_admin,cap_net_raw+ep "$root/sbin/ipconfig"
    dated '2024-01-15 00:00 UTC' "$root"
    mkdir -p "$contexts/base"
    tar --create --file "$contexts/base/root.tar" --directory "$root" --sort=name --numeric-owner --owner=0 --group=0 \
        --format=pax --pax-option=delete=atime,delete=ctime --xattrs --xattrs-include=security.capability .
    noise certificates 6000 | base64 | put "$contexts/base/ca-certificates.crt"
    dated '2024-01-15 00:00 UTC' "$contexts/base"
}

# What versions 1.0 and 2.0 of the app have in common.
app_common() {
    local context="$contexts/$1"
    noise left-pad 16000 | put "$context/packages/left-pad-1.3.0.pkg"
    noise colours 12000 | put "$context/packages/colours-1.4.2.pkg"
    noise logo 6000 | put "$context/application/static/logo.png"
    noise logo 6000 | put "$context/application/static/admin/logo.png"                    # a duplicate
    noise font 7000 | put "$context/application/static/theme/font.woff2"                 # becomes a file later: static/theme
    table theme 60 | put "$context/application/static/theme/theme.css"
    noise cafe 1500 | put "$context/application/static/images/café größe ☕.png"           # spaces, not ASCII
    table deep 20 | put "$context/application/vendor/$(printf 'node_modules/nested-package-%s/' 1 2 3 4 5 6 7)index.js" # over 200 characters
    printf '{"debug": true, "database": "sqlite:///dev.db"}\n' | put "$context/application/config/settings.json"
    { printf '{"debug": false, "database": "postgres://db/shop"}\n'; table settings 40; } | put "$context/production.json"
    for language in de en fr; do table "$language" 50 | put "$context/application/locale/$language.csv"; done
    : | put "$context/application/vendor/__init__.py"                                     # an empty file
    mkdir -p "$context/application/data"                                                  # an empty folder
    printf -- '-----BEGIN OPENSSH PRIVATE KEY-----\n%s\n-----END OPENSSH PRIVATE KEY-----\n' "$(noise key 300 | base64)" \
        | put "$context/deploy/id_ed25519"                                                # noise, opens nothing
    printf '[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n' \
        | put "$context/deploy/credentials"                                               # the example from the vendor's manual
}

app_1_0() {
    local context="$contexts/app-1.0"
    app_common app-1.0
    noise server-1 20000 | put "$context/application/bin/server"
    noise banner 8000 | put "$context/application/static/summer-banner.png"              # gone in 2.0
    table catalogue 400 | put "$context/application/catalogue.csv"
    chmod 755 "$context/application/bin/server"
    chmod 600 "$context/deploy/"*
    dated '2024-03-01 12:00 UTC' "$context"
}

app_2_0() {
    local context="$contexts/app-2.0"
    app_common app-2.0
    { noise server-1 20000; noise server-2 8000; } | put "$context/application/bin/server"  # grown
    noise migrate 5000 | put "$context/application/bin/migrate"                          # new
    table catalogue 700 | put "$context/application/catalogue.csv"                        # grown
    table migration 30 | put "$context/application/migrations/0001-orders.sql"            # new
    table migration 45 | put "$context/application/migrations/0002-returns.sql"           # new
    chmod 755 "$context/application/bin/"*
    chmod 600 "$context/deploy/"*
    dated '2024-06-01 12:00 UTC' "$context"
}

# Plain data for two platforms: nothing in it runs, so it needs no emulator.
data() {
    local architecture
    for architecture in amd64 arm64; do
        noise "$architecture" 20000 | put "$contexts/data/model.$architecture.bin"
    done
    table labels 200 | put "$contexts/data/labels.csv"
    dated '2024-06-01 12:00 UTC' "$contexts/data"
}

mkdir -p "$contexts"
base
app_1_0
app_2_0
data
