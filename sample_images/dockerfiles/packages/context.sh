#!/usr/bin/env bash
# Makes the build context of the image with packages in the folder named by the first argument.
# The packages are made up; dpkg-deb, dpkg and pip build and install them, as they do real ones.
set -Eeuo pipefail
umask 022

context=${1:?usage: context.sh FOLDER}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export SOURCE_DATE_EPOCH=1709294400                     # 2024-03-01 12:00 UTC

# noise SEED BYTES and table SEED ROWS: as in contexts.sh
noise() {
    head -c "$2" /dev/zero | openssl enc -aes-128-ctr -K "$(printf %s "$1" | md5sum | cut -c1-32)" -iv 00000000000000000000000000000000
}
table() {
    seq -f "%06.0f,$1,article,9.99,in stock,warehouse north,no remarks" 1 "$2"
}

# put FILE: standard input into FILE, folders made on the way
put() {
    mkdir -p "$(dirname "$1")"
    cat > "$1"
}

# deb NAME VERSION ARCHITECTURE [FIELD...]: a Debian package of what is below $scratch/NAME
deb() {
    local name=$1 version=$2 architecture=$3 root=$scratch/$1
    shift 3
    (cd "$root" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) > "$scratch/md5sums"
    mkdir -p "$root/DEBIAN"
    mv "$scratch/md5sums" "$root/DEBIAN/"
    {
        printf '%s\n' "Package: $name" "Version: $version" "Architecture: $architecture" \
            "Installed-Size: $(du --apparent-size -ks --exclude=DEBIAN "$root" | cut -f1)" \
            'Maintainer: Acme <packages@acme.example>' "$@" "Description: Acme's $name, made up for a sample image"
    } > "$root/DEBIAN/control"
    dpkg-deb --build --root-owner-group "$root" "$scratch/${name}_$version.deb" > "$scratch/dpkg-deb.log"
}

# install ROOT DEB...: as an image builder does without a container, so nothing asks for dependencies
install() {
    local root=$1
    shift
    dpkg --root="$root" --log=/dev/null --force-not-root --force-depends --force-architecture --force-confnew \
        --install "$@" > "$scratch/dpkg.log"
}

libacme() {
    noise "libacme $1" 60000 | put "$scratch/libacme1/usr/lib/libacme.so.1"
    printf 'Acme wrote this, and nobody else.\n' | put "$scratch/libacme1/usr/share/doc/libacme1/copyright"
    deb libacme1 "$1" amd64 'Section: libs' 'Multi-Arch: same'
}

tools() {
    noise tools 40000 | put "$scratch/acme-tools/usr/bin/acme"
    chmod 755 "$scratch/acme-tools/usr/bin/acme"
    table manual 300 | put "$scratch/acme-tools/usr/share/doc/acme-tools/manual.csv"
    printf 'server = tools.acme.example\n' | put "$scratch/acme-tools/etc/acme.conf"
    mkdir -p "$scratch/acme-tools/DEBIAN"
    echo /etc/acme.conf > "$scratch/acme-tools/DEBIAN/conffiles"
    deb acme-tools 3.2-1 amd64 'Section: utils' 'Depends: libacme1 (>= 1.0)'
}

# Python's own record of a module that dpkg installs: dpkg owns the files, Python tells of them too.
client() {
    local modules=$scratch/python3-acme/usr/lib/python3/dist-packages
    noise client 9000 | base64 | sed 's/^/# /' | put "$modules/acme_client/__init__.py"
    printf '%s\n' 'Metadata-Version: 2.1' 'Name: acme-client' 'Version: 0.9' 'License: MIT' | put "$modules/acme_client-0.9.egg-info/PKG-INFO"
    deb python3-acme 0.9-2 all 'Section: python' 'Depends: libacme1'
}

wheel() {
    local wheel=$scratch/wheel
    noise prices 70000 | base64 | sed 's/^/# /' | put "$wheel/acme_prices/__init__.py"
    table prices 500 | put "$wheel/acme_prices/prices.csv"
    printf '%s\n' 'Metadata-Version: 2.1' 'Name: acme-prices' 'Version: 2.1' 'License: MIT' | put "$wheel/acme_prices-2.1.dist-info/METADATA"
    printf '%s\n' 'Wheel-Version: 1.0' 'Generator: zip' 'Root-Is-Purelib: true' 'Tag: py3-none-any' | put "$wheel/acme_prices-2.1.dist-info/WHEEL"
    (cd "$wheel" && find . -type f -printf '%P,,\n' | LC_ALL=C sort) > "$scratch/RECORD"
    mv "$scratch/RECORD" "$wheel/acme_prices-2.1.dist-info/"
    mkdir -p "$scratch/wheels"
    (cd "$wheel" && zip --quiet --recurse-paths -X "$scratch/wheels/acme_prices-2.1-py3-none-any.whl" .)
    # by name, since pip notes the folder that a wheel comes from where it is told that
    /usr/bin/python3 -m pip --quiet --isolated install --no-index --no-deps --no-compile --no-cache-dir \
        --root-user-action ignore --find-links "$scratch/wheels" --target "$context/python" acme-prices
}

node_modules() {
    local module=$context/node_modules/@acme/colours
    printf '{"name": "@acme/colours", "version": "1.4.2", "license": "MIT", "main": "index.js"}\n' | put "$module/package.json"
    table colours 120 | sed 's|^|// |' | put "$module/index.js"
}

# only_changed OLD NEW FOLDER: copies the files of NEW that OLD lacks, or has with other content
only_changed() {
    local path
    (cd "$2" && find . -type f -printf '%P\0') | while IFS= read -r -d '' path; do
        if ! cmp --silent "$1/$path" "$2/$path"; then
            mkdir -p "$3/$(dirname "$path")"
            cp --preserve=mode "$2/$path" "$3/$path"
        fi
    done
}

mkdir -p "$context"
libacme 1.0-1
tools
client
install "$scratch/installed" "$scratch"/*.deb
libacme 1.1-1
cp --recursive --preserve "$scratch/installed" "$scratch/upgraded"
install "$scratch/upgraded" "$scratch/libacme1_1.1-1.deb"
rm -f "$scratch"/{installed,upgraded}/var/lib/dpkg/{lock,lock-frontend,*-old}
only_changed "$scratch/installed" "$scratch/upgraded" "$context/upgraded"
cp --recursive --preserve "$scratch/installed" "$context/installed"
wheel
node_modules
table catalogue 200 | put "$context/catalogue.csv"
find "$context" -exec touch --no-dereference --date '2024-03-01 12:00 UTC' {} +
