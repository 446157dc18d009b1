#!/bin/bash
# Proves that a fresh clone works on a bare Debian with nothing installed by hand:
# debootstraps Debian 13, enters it with its own mount, process and host name spaces and pivot_root, clones this
# repository there, and runs ./quickstart, ./quickstart again, ./quickstart --down and ./check --fast.
#   tests/bare-root/run.sh [FOLDER] [trixie|bookworm|noble]      CHECK: arguments of ./check, or none to leave it out
# FOLDER keeps the bare root between runs (FOLDER/base); the run itself happens in a copy and is removed.
# The network is the machine's own (the package mirrors are needed). The local Maven repository is not shared.
set -eu
here=$(dirname "$(readlink -f "$0")") root=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")
. "$here/machine.sh"
folder=${1:-/tmp/priok-bare} release=${2:-trixie}
"$root/bin/packages" bare-root
mkdir -p "$folder"; folder=$(realpath "$folder")
bare_base "$folder" "$release"
run=$(mktemp -d "$folder/run.XXXXXX")
# The name spaces are gone when this runs, and with them every mount.
trap 'rm -rf --one-file-system "$run"' EXIT
bare_root "$folder" "$release" "$run"
git clone -q --no-hardlinks "$root" "$run/root/root/priok"
[ ! -f "$HOME/.m2/settings.xml" ] || { mkdir -p "$run/root/root/.m2"; cp "$HOME/.m2/settings.xml" "$run/root/root/.m2/"; }
if ! grep -qE '^ID=debian' "$run/root/etc/os-release" || [ "$release" = bookworm ]; then
    jdk=$("$root/bin/find-java" --jdk)
    echo "(Debian $release has no JDK 25: this machine's $jdk is lent to the bare root as /opt/jdk-25)"
    cp -a "$jdk" "$run/root/opt/jdk-25"
fi
bare_enter "$run" bare '
cd priok
step() { echo; echo "#### $*"; "$@"; }
step ./quickstart; step ./quickstart; step ./quickstart --down
[ "'"${CHECK:---fast}"'" = none ] || step ./check '"${CHECK:---fast}"
