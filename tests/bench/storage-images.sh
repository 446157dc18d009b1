#!/bin/bash
# Makes in FOLDER, for tests/bench/storage-cases.sh, what is imported and loaded there:
#   storage-images.sh FOLDER [MEGABYTES]
# tree.tar (busybox and 20,000 small files), layers-5.tar and layers-100.tar (images of so many layers, as of docker save), and
# big.tar (an image with one file of so many megabytes, 1024 without a number). What is there already stays.
set -eu
folder=$1 megabytes=${2:-1024} here=$(dirname "$(readlink -f "$0")")
mkdir -p "$folder"; folder=$(realpath "$folder")
work=$(mktemp -d "$folder/work.XXXXXX"); trap 'rm -rf "$work"' EXIT
"$here/../../bin/starter-image" >"$work/starter.tar"
same=(--numeric-owner --owner=0 --group=0 --sort=name --mtime=@1700000000)

# image NAME LAYER.tar...: an archive as docker save writes it
image() {
    local name=$1 place="$work/image" ids="" paths="" id; shift
    rm -rf "$place"; mkdir "$place"
    for layer in "$@"; do
        id=$(sha256sum <"$layer"); id=${id%% *}
        ln "$layer" "$place/$id.tar"
        ids+=",\"sha256:$id\"" paths+=",\"$id.tar\""
    done
    printf '{"architecture":"amd64","os":"linux","config":{"Cmd":["sh"],"Env":["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]},"rootfs":{"type":"layers","diff_ids":[%s]}}' \
        "${ids#,}" >"$place/config.json"
    printf '[{"Config":"config.json","RepoTags":["priok-bench:%s"],"Layers":[%s]}]' "$name" "${paths#,}" >"$place/manifest.json"
    tar -C "$place" -c . >"$folder/$name.tar.new"
    mv "$folder/$name.tar.new" "$folder/$name.tar"
}

layers=("$work/starter.tar")
for n in $(seq 99); do
    mkdir -p "$work/one/layers"; echo "$n" >"$work/one/layers/$n"
    tar -C "$work/one" "${same[@]}" -c . >"$work/$n.tar"; rm -r "$work/one"
    layers+=("$work/$n.tar")
done
for count in 5 100; do [ -e "$folder/layers-$count.tar" ] || image "layers-$count" "${layers[@]:0:$count}"; done
if ! [ -e "$folder/big.tar" ]; then
    mkdir "$work/big"; head -c "${megabytes}M" /dev/urandom >"$work/big/big"
    tar -C "$work/big" "${same[@]}" -c . >"$work/big.tar"
    image big "$work/starter.tar" "$work/big.tar"
fi
if ! [ -e "$folder/tree.tar" ]; then
    mkdir "$work/tree"; tar -C "$work/tree" -xf "$work/starter.tar"
    (cd "$work/tree"; for d in $(seq 200); do
        mkdir -p "tree/$d"
        for f in $(seq 100); do printf '%040d\n%.0s' "$d$f" 1 2 3 4 5 6 7 8 9 10 >"tree/$d/$f"; done
    done)
    tar -C "$work/tree" "${same[@]}" -c . >"$folder/tree.tar.new"; mv "$folder/tree.tar.new" "$folder/tree.tar"
fi
