#!/bin/bash
# Proves that a fresh clone works on a bare Debian with nothing installed by hand:
# debootstraps Debian 13, enters it with its own mount, process and host name spaces and pivot_root, clones this
# repository there, and runs ./quickstart, ./quickstart again, ./quickstart --down and ./check --fast.
#   tests/bare-root/run.sh [FOLDER] [trixie|bookworm|noble]      CHECK: arguments of ./check, or none to leave it out
# FOLDER keeps the bare root between runs (FOLDER/base); the run itself happens in a copy and is removed.
# The network is the machine's own (the package mirrors are needed). The local Maven repository is not shared.
set -eu
root=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")
folder=${1:-/tmp/priok-bare} release=${2:-trixie}
"$root/bin/packages" bare-root
mkdir -p "$folder"; folder=$(realpath "$folder")
if [ ! -e "$folder/base-$release.tar" ]; then
    mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep '/debian/$' | head -n 1); mirror=${mirror%/}
    mmdebstrap --variant=minbase "$release" "$folder/base-$release.tar" "deb $mirror $release main" "deb $mirror $release-updates main" "deb $mirror-security $release-security main"
fi
run=$(mktemp -d "$folder/run.XXXXXX")
cleanup() { # the name spaces are gone when this runs, and with them every mount
    rm -rf --one-file-system "$run"
}
trap cleanup EXIT
mkdir "$run/root"; tar -C "$run/root" -xf "$folder/base-$release.tar"
git clone -q --no-hardlinks "$root" "$run/root/root/priok"
cp /etc/resolv.conf "$run/root/etc/resolv.conf"
# Where the machine reaches its mirrors through a proxy, the bare root does so too.
for f in /etc/apt/apt.conf.d/*proxy* /etc/apt/apt.conf; do [ ! -f "$f" ] || cp "$f" "$run/root/etc/apt/apt.conf.d/"; done
[ ! -f "$HOME/.m2/settings.xml" ] || { mkdir -p "$run/root/root/.m2"; cp "$HOME/.m2/settings.xml" "$run/root/root/.m2/"; }
if ! grep -qE '^ID=debian' "$run/root/etc/os-release" || [ "$release" = bookworm ]; then
    jdk=$("$root/bin/find-java" --jdk)
    echo "(Debian $release has no JDK 25: this machine's $jdk is lent to the bare root as /opt/jdk-25)"
    cp -a "$jdk" "$run/root/opt/jdk-25"
fi
# A java.base of this machine's certificates, when its own mirrors are signed by a private authority.
[ ! -d /usr/local/share/ca-certificates ] || cp -a /usr/local/share/ca-certificates "$run/root/usr/local/share/"
cat >"$run/init" <<INIT
set -eu
mount --make-rprivate /
mount --bind $run/root $run/root
mount -t proc proc $run/root/proc
mount --rbind /sys $run/root/sys
mount -t tmpfs -o mode=755 tmpfs $run/root/dev
for n in null zero full random urandom tty; do touch $run/root/dev/\$n; mount --bind /dev/\$n $run/root/dev/\$n; done
mkdir $run/root/dev/pts $run/root/dev/shm $run/root/dev/net; mount -t devpts -o newinstance,ptmxmode=0666 devpts $run/root/dev/pts; ln -s pts/ptmx $run/root/dev/ptmx
ln -s /proc/self/fd $run/root/dev/fd; mount -t tmpfs tmpfs $run/root/dev/shm; mount -t tmpfs tmpfs $run/root/run
mkdir $run/root/.old; cd $run/root; pivot_root . .old; umount -l /.old; rmdir /.old
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
hostname bare; cd /root/priok
step() { echo; echo "#### \$*"; "\$@"; }
step ./quickstart; step ./quickstart; step ./quickstart --down
[ "${CHECK:---fast}" = none ] || step ./check ${CHECK:---fast}
INIT
env -i TERM=dumb PATH="$PATH" "$root/tests/isolated/cgroups" unshare --mount --pid --uts --ipc --fork --kill-child bash "$run/init"
