#!/usr/bin/env bash
# Re-makes every sample image from nothing, with real tools only.
#
# Run as root on Debian 12 with these packages:
#   docker.io containerd podman buildah skopeo umoci stargz-snapshotter
#   klibc-utils libklibc-dev gcc binutils libcap2-bin openssl jq zstd gzip tar xz-utils
#   dpkg python3-pip zip
#
# It starts its own Docker engine and its own containerd, each in a scratch folder, and stops them by their process
# ids; it asks no registry for anything. The scratch folder must not itself lie on an overlay file system: set TMPDIR.
# Contents are the same in every run; dates in layers made by RUN, and so digests, are not.
set -Eeuo pipefail
umask 022
trap 'echo "make.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR

here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
contexts=$scratch/contexts
formats=$here/formats
app=acme/app:2.0
daemons=()
export TMPDIR=$scratch                                  # podman and buildah leave things in /var/tmp otherwise

# ---- the engines ---------------------------------------------------------------------------------------------------

docker() { DOCKER_BUILDKIT=${DOCKER_BUILDKIT:-0} DOCKER_CONFIG=$scratch/docker-client /usr/bin/docker --host "unix://$scratch/docker.sock" "$@"; }
ctr() { /usr/bin/ctr --address "$scratch/containerd.sock" --namespace samples "$@"; }
ctr_remote() { /usr/bin/ctr-remote --address "$scratch/containerd.sock" --namespace samples "$@"; }
buildah() { /usr/bin/buildah --root "$scratch/storage" --runroot "$scratch/storage-run" --storage-driver overlay "$@"; }
podman() { /usr/bin/podman --root "$scratch/storage" --runroot "$scratch/storage-run" --storage-driver overlay "$@"; }
skopeo() { /usr/bin/skopeo --insecure-policy --tmpdir "$scratch" "$@" > "$scratch/skopeo.log"; }

# until_ready COMMAND...: waits for a daemon to answer
until_ready() {
    for _ in $(seq 100); do
        if "$@" > "$scratch/ready.log" 2>&1; then return; fi
        sleep 0.2
    done
    echo "make.sh: no answer from: $*" >&2
    tail -n 20 "$scratch"/*.log >&2
    return 1
}

start_docker() {
    # --experimental is for docker build --squash
    dockerd --experimental --iptables=false --bridge=none --storage-driver=overlay2 \
        --data-root "$scratch/docker" --exec-root "$scratch/docker-run" --pidfile "$scratch/docker.pid" \
        --host "unix://$scratch/docker.sock" > "$scratch/dockerd.log" 2>&1 &
    daemons+=($!)
    until_ready docker version
}

start_containerd() {
    printf '%s\n' 'version = 2' "root = '$scratch/containerd'" "state = '$scratch/containerd-run'" \
        'disabled_plugins = ["io.containerd.grpc.v1.cri"]' '[grpc]' "address = '$scratch/containerd.sock'" \
        > "$scratch/containerd.toml"
    containerd --config "$scratch/containerd.toml" > "$scratch/containerd.log" 2>&1 &
    daemons+=($!)
    until_ready ctr version
}

stop() {
    local daemon
    for daemon in "${daemons[@]}"; do
        kill "$daemon" || true
        wait "$daemon" || true
    done
    # the storage of buildah and podman stays mounted otherwise
    if mountpoint --quiet "$scratch/storage/overlay"; then umount "$scratch/storage/overlay"; fi
    rm -rf "$scratch"
}
trap stop EXIT

# ---- the images and what the engine says of them ---------------------------------------------------------------------

# build TAG FOLDER-OF-DOCKERFILE [OPTION...]
build() {
    local tag=$1 folder=$2
    shift 2
    docker build --quiet --network=none --tag "$tag" --file "$here/dockerfiles/$folder/Dockerfile" "$@" "$contexts/$folder"
}

build_images() {
    build acme/base:1.0 base
    docker tag acme/base:1.0 acme/base:latest
    build acme/app:1.0 app-1.0 --build-arg BUILD_NUMBER=1041
    build acme/app:2.0 app-2.0 --build-arg BUILD_NUMBER=1187
    docker save --output "$here/parent.tar" acme/base:1.0
    docker save --output "$here/app-1.0.tar" acme/app:1.0
    docker save --output "$here/app-2.0.tar" acme/app:2.0
}

# The root filesystem as the engine exports it, and as GNU tar and GNU coreutils list it: the truth for tests.
export_rootfs() {
    local container name=app-2.0-rootfs root=$scratch/rootfs
    container=$(docker create --network=none "$app")
    docker export --output "$here/$name.tar" "$container"
    docker rm "$container"
    mkdir "$root"
    tar --extract --file "$here/$name.tar" --directory "$root" --numeric-owner --preserve-permissions --delay-directory-restore
    {
        printf 'path\tkind\tmode\tuid\tgid\tsize\tmtime\tlinks\tlink_target\n'
        (cd "$root" && find . -mindepth 1 \
            \( -type f -printf '%P\t%y\t%m\t%U\t%G\t%s\t%T@\t%n\t\n' \) -o \
            \( -type l -printf '%P\t%y\t%m\t%U\t%G\t0\t%T@\t%n\t%l\n' \) -o \
            -printf '%P\t%y\t%m\t%U\t%G\t0\t%T@\t1\t\n') | sed -E 's/(\t[0-9]+)\.0+\t/\1\t/' | LC_ALL=C sort
    } > "$here/$name.files.tsv"
    (cd "$root" && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum) > "$here/$name.sha256"
}

record_history() {
    docker history --no-trunc --human=false "$app" > "$here/app-2.0.history.txt"
    docker history --no-trunc --human=false --format '{{json .}}' "$app" > "$here/app-2.0.history.jsonl"
    # GraphDriver names folders of the machine that built it
    docker image inspect "$app" | jq 'map(del(.GraphDriver))' > "$here/app-2.0.inspect.json"
}

# Several images, one under two tags and one without any, in one archive.
save_several() {
    local untagged
    untagged=$(printf 'FROM acme/base:1.0\nRUN echo nobody gave this image a name > /etc/motd\n' | docker build --quiet --network=none -)
    docker save --output "$here/multi-image.tar" acme/base:1.0 acme/base:latest acme/app:1.0 acme/app:2.0 "$untagged"
}

# All layers in one; a container's changes as a layer; a root filesystem read in without any history.
save_other_origins() {
    local container
    build acme/app:2.0-squashed app-2.0 --build-arg BUILD_NUMBER=1187 --squash
    docker save --output "$here/squashed.tar" acme/app:2.0-squashed

    container=$(docker create --network=none --user=0 --entrypoint=/bin/sh acme/base:1.0 -c 'echo patched by hand > /etc/motd; rm -rf /usr/share/doc')
    docker start --attach "$container"
    docker commit --author "on call" --message "hot fix" "$container" acme/base:1.0-hotfix
    docker rm "$container"
    docker save --output "$here/committed.tar" acme/base:1.0-hotfix

    docker import --message "read in from a tar" "$here/app-2.0-rootfs.tar" acme/app:2.0-imported
    docker save acme/app:2.0-imported | gzip -9n > "$here/imported.tar.gz"
}

# Packages of several ecosystems, one of them upgraded in a layer above, one with files taken away.
build_packages() {
    build acme/tools:1.0 packages
    docker save --output "$here/packages.tar" acme/tools:1.0
}

# ---- one image in every format ---------------------------------------------------------------------------------------

formats_by_skopeo() {
    local from=docker-archive:$here/app-2.0.tar
    skopeo copy "$from" "docker-archive:$formats/docker-archive.skopeo.tar:$app"
    skopeo copy "$from" "oci-archive:$formats/oci-archive.gzip.tar:2.0"
    skopeo copy --dest-compress-format zstd "$from" "oci-archive:$formats/oci-archive.zstd.tar:2.0"
    skopeo copy --dest-compress-format zstd:chunked "$from" "oci-archive:$formats/oci-archive.zstd-chunked.tar:2.0"
    skopeo copy "$from" "oci:$formats/oci-layout:2.0"
    skopeo copy --dest-compress "$from" "dir:$formats/dir.gzip"
    skopeo copy --dest-decompress "$from" "dir:$formats/dir.plain"
}

formats_by_podman() {
    podman load --quiet --input "$here/app-2.0.tar"
    podman save --quiet --format docker-archive --output "$formats/docker-archive.podman.tar" "localhost/$app"
    podman save --quiet --format oci-archive --output "$formats/oci-archive.podman.tar" "localhost/$app"
}

# Docker 25 and later save an OCI layout with a manifest.json beside it; containerd's ctr writes the same.
formats_by_containerd() {
    ctr images import --no-unpack --base-name docker.io/acme/app "$here/app-2.0.tar"
    ctr images export "$formats/docker-archive.containerd.tar" docker.io/acme/app:2.0
    ctr images convert --oci docker.io/acme/app:2.0 docker.io/acme/app:2.0-plain
    ctr images export --skip-manifest-json "$formats/oci-archive.plain.tar" docker.io/acme/app:2.0-plain
    ctr_remote images convert --oci --estargz docker.io/acme/app:2.0 docker.io/acme/app:2.0-estargz
    ctr images export --skip-manifest-json "$formats/oci-archive.estargz.tar" docker.io/acme/app:2.0-estargz
}

# The archive as a whole compressed, as people do to carry it.
formats_compressed_whole() {
    gzip -9n < "$here/app-2.0.tar" > "$formats/docker-archive.tar.gz"
    zstd -19 --quiet < "$here/app-2.0.tar" > "$formats/docker-archive.tar.zst"
    xz -9 < "$here/app-2.0.tar" > "$formats/docker-archive.tar.xz"
}

# ---- images that other tools built or changed --------------------------------------------------------------------------

# The same Dockerfile by BuildKit and by buildah instead of Docker's first builder: other layers, the same contents.
build_by_buildkit() {
    DOCKER_BUILDKIT=1 build acme/app:2.0-buildkit app-2.0 --build-arg BUILD_NUMBER=1187
    docker save acme/app:2.0-buildkit | gzip -9n > "$here/built-by-buildkit.tar.gz"
}

build_by_buildah() {
    buildah pull --quiet "docker-archive:$here/parent.tar"
    buildah build --quiet --isolation chroot --layers --tag acme/app:2.0-buildah --build-arg BUILD_NUMBER=1187 \
        --file "$here/dockerfiles/app-2.0/Dockerfile" "$contexts/app-2.0"
    buildah push --quiet acme/app:2.0-buildah "oci-archive:$here/built-by-buildah.tar:2.0"
}

build_multi_platform() {
    local architecture
    buildah manifest create acme/data:1.0
    for architecture in amd64 arm64; do
        buildah build --quiet --isolation chroot --platform "linux/$architecture" --manifest acme/data:1.0 \
            --file "$here/dockerfiles/data/Dockerfile" "$contexts/data"
    done
    buildah manifest push --quiet --all acme/data:1.0 "oci-archive:$here/multi-platform.tar:1.0"
}

# umoci writes whiteouts of its own kind (mode 0, no date) and a file over a directory without any whiteout.
repack_by_umoci() {
    local layout=$scratch/umoci bundle=$scratch/umoci-bundle
    skopeo copy "docker-archive:$here/parent.tar" "oci:$layout:1.0"
    umoci unpack --image "$layout:1.0" "$bundle"
    rm -r "$bundle/rootfs/bin/sleep" "$bundle/rootfs/usr/share/doc" "$bundle/rootfs/var/cache"
    echo "no caches here" > "$bundle/rootfs/var/cache"
    chmod 700 "$bundle/rootfs/bin/uname"
    umoci repack --image "$layout:1.0-umoci" "$bundle"
    skopeo copy "oci:$layout:1.0-umoci" "oci-archive:$here/repacked-by-umoci.tar:1.0-umoci"
}

# The parent image with its first layer plain, its second gzip and its third zstd.
# skopeo compresses all layers or none, but leaves those alone that are encrypted: so each step encrypts the layer that
# the next one must not touch, and the last step decrypts them.
mix_compressions() {
    local mixed=$scratch/mixed key=$scratch/key.pem
    openssl genrsa -out "$key" 2048
    openssl rsa -in "$key" -pubout -out "$key.pub"
    ctr images import --no-unpack --base-name docker.io/acme/base "$here/parent.tar"
    ctr images convert --oci docker.io/acme/base:1.0 docker.io/acme/base:1.0-plain
    ctr images export --skip-manifest-json "$mixed.plain.tar" docker.io/acme/base:1.0-plain
    skopeo copy --dest-oci-accept-uncompressed-layers --encryption-key "jwe:$key.pub" --encrypt-layer 0 \
        "oci-archive:$mixed.plain.tar" "oci:$mixed.first:1.0"
    skopeo copy --encryption-key "jwe:$key.pub" --encrypt-layer 1 "oci:$mixed.first:1.0" "oci:$mixed.second:1.0"
    skopeo copy --dest-compress-format zstd "oci:$mixed.second:1.0" "oci:$mixed.third:1.0"
    skopeo copy --dest-oci-accept-uncompressed-layers --decryption-key "$key" \
        "oci:$mixed.third:1.0" "oci-archive:$here/mixed-compression.tar:1.0"

    # Its last layer stays encrypted for good: the key goes with the scratch folder.
    skopeo copy --encryption-key "jwe:$key.pub" --encrypt-layer 2 "docker-archive:$here/parent.tar" "oci-archive:$here/encrypted.tar:1.0"
}

# Layers from a docker-archive that skopeo leaves plain but labels tar+gzip: a media type to distrust.
mislabel_compression() {
    skopeo copy --dest-oci-accept-uncompressed-layers "docker-archive:$here/parent.tar" "oci-archive:$here/mislabelled-compression.tar:1.0"
}

# ---- checks --------------------------------------------------------------------------------------------------------------

diff_ids() { /usr/bin/skopeo --tmpdir "$scratch" inspect --config "$1" | jq --compact-output .rootfs.diff_ids; }

# Every format must carry the very layers of app-2.0.tar.
check_formats() {
    local wanted reference
    # Debian's skopeo fails to read a docker-archive inside gzip, so these are compared byte by byte.
    gzip -dc "$formats/docker-archive.tar.gz" | cmp - "$here/app-2.0.tar"
    zstd -dc "$formats/docker-archive.tar.zst" | cmp - "$here/app-2.0.tar"
    xz -dc "$formats/docker-archive.tar.xz" | cmp - "$here/app-2.0.tar"

    wanted=$(diff_ids "docker-archive:$here/app-2.0.tar")
    for reference in docker-archive:$formats/docker-archive.{skopeo,podman,containerd}.tar \
        oci-archive:$formats/oci-archive.{gzip,zstd,zstd-chunked,plain,podman}.tar \
        "oci:$formats/oci-layout" dir:$formats/dir.{gzip,plain}; do
        if [[ $(diff_ids "$reference") != "$wanted" ]]; then
            echo "make.sh: other layers than app-2.0.tar: $reference" >&2
            return 1
        fi
    done
    if [[ $(diff_ids "oci-archive:$here/mixed-compression.tar") != "$(diff_ids "docker-archive:$here/parent.tar")" ]]; then
        echo "make.sh: other layers than parent.tar: mixed-compression.tar" >&2
        return 1
    fi
    # eStargz adds an entry to every layer, so its layers are others: it only has to be readable.
    diff_ids "oci-archive:$formats/oci-archive.estargz.tar" > "$scratch/estargz.log"
}

main() {
    rm -rf "$formats" "$here"/*.tar "$here"/*.tar.gz       # skopeo never writes over an archive
    mkdir -p "$formats"
    "$here/dockerfiles/contexts.sh" "$contexts"
    "$here/dockerfiles/packages/context.sh" "$contexts/packages"

    start_docker
    build_images
    export_rootfs
    record_history
    save_several
    save_other_origins
    build_packages
    build_by_buildkit

    formats_by_skopeo
    formats_by_podman
    start_containerd
    formats_by_containerd
    formats_compressed_whole

    build_by_buildah
    build_multi_platform
    repack_by_umoci
    mix_compressions
    mislabel_compression

    chmod -R u=rwX,go=rX "$here"
    check_formats
    du --summarize --bytes "$here"
}
main
