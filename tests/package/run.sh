#!/bin/bash
# The Debian packages in fresh Debian roots: install, start by the SysV script, run a container, upgrade with the container
# running on, the names docker and dockerd, remove and purge.
#   tests/package/run.sh [FOLDER] [RELEASE...]       (trixie and bookworm; FOLDER keeps the bare roots between runs)
# Needs bin/deb's packages of two versions; makes them where they are not in dist/.
set -eu
here=$(dirname "$(readlink -f "$0")") root=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")
. "$root/tests/bare-root/machine.sh"
folder=${1:-/tmp/priok-bare}; shift || :
releases=("$@"); [ ${#releases[@]} -gt 0 ] || releases=(trixie bookworm)
"$root/bin/packages" bare-root
version=$(sed -n 's|^  <version>\(.*\)</version>|\1|p' "$root/pom.xml" | head -n 1)
old=$version~1 new=$version~2
[ -e "$root/dist/priok-$version-linux-x86_64" ] || "$root/bin/dist"
for v in "$old" "$new"; do [ -e "$root/dist/priok_${v}_amd64.deb" ] || PRIOK_DEB_VERSION=$v "$root/bin/deb" --no-build; done
mkdir -p "$folder"; folder=$(realpath "$folder")
run=
trap '[ -z "$run" ] || rm -rf --one-file-system "$run"' EXIT
for release in "${releases[@]}"; do
    echo "== $release"
    bare_base "$folder" "$release"
    run=$(mktemp -d "$folder/run.XXXXXX")
    bare_root "$folder" "$release" "$run"
    mkdir "$run/root/root/packages"
    cp "$root/dist/priok_${old}_amd64.deb" "$root/dist/priok_${new}_amd64.deb" "$root/dist/priok-docker_${new}_all.deb" "$run/root/root/packages/"
    cp "$here/inside.sh" "$run/root/root/"
    # The bridge would be in the way of the machine's own: the service is told to have none.
    bare_enter "$run" fresh "exec bash inside.sh $old $new"
    rm -rf --one-file-system "$run"; run=
done
echo "All passed."
