# Read by tests that need a fresh Debian: a debootstrapped root, entered with mount, process and host name spaces of its
# own and pivot_root.
# shellcheck shell=bash
bare_base() { # bare_base FOLDER RELEASE: makes FOLDER/base-RELEASE.tar once, from this machine's own package mirror
    [ ! -e "$1/base-$2.tar" ] || return 0
    local mirror; mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep '/debian/$' | head -n 1); mirror=${mirror%/}
    mmdebstrap --variant=minbase "$2" "$1/base-$2.tar" "deb $mirror $2 main" "deb $mirror $2-updates main" "deb $mirror-security $2-security main"
}
bare_root() { # bare_root FOLDER RELEASE RUN: fills RUN/root
    mkdir "$3/root"; tar -C "$3/root" -xf "$1/base-$2.tar"
    cp /etc/resolv.conf "$3/root/etc/resolv.conf"
    # Where the machine reaches its mirrors through a proxy, the bare root does so too.
    local f; for f in /etc/apt/apt.conf.d/*proxy* /etc/apt/apt.conf; do [ ! -f "$f" ] || cp "$f" "$3/root/etc/apt/apt.conf.d/"; done
    # This machine's certificates, when its own mirrors are signed by a private authority.
    [ ! -d /usr/local/share/ca-certificates ] || cp -a /usr/local/share/ca-certificates "$3/root/usr/local/share/"
}
bare_enter() { # bare_enter RUN NAME SCRIPT [further unshare options]: runs the bash script inside, from /root
    local run=$1 name=$2 script=$3; shift 3
    cat >"$run/init" <<INIT
set -eu
mount --make-rprivate /
mount --bind $run/root $run/root
mount -t proc proc $run/root/proc
mount --rbind /sys $run/root/sys
mount -t tmpfs -o mode=755 tmpfs $run/root/dev
for n in null zero full random urandom tty; do touch $run/root/dev/\$n; mount --bind /dev/\$n $run/root/dev/\$n; done
for n in fuse loop-control kmsg; do [ ! -e /dev/\$n ] || { touch $run/root/dev/\$n; mount --bind /dev/\$n $run/root/dev/\$n; }; done
for n in \$(seq 0 31); do mknod $run/root/dev/loop\$n b 7 \$n; done # as udev makes them on a machine
mkdir $run/root/dev/pts $run/root/dev/shm $run/root/dev/net; mount -t devpts -o newinstance,ptmxmode=0666 devpts $run/root/dev/pts; ln -s pts/ptmx $run/root/dev/ptmx
ln -s /proc/self/fd $run/root/dev/fd; mount -t tmpfs tmpfs $run/root/dev/shm; mount -t tmpfs tmpfs $run/root/run
mkdir $run/root/.old; cd $run/root; pivot_root . .old; umount -l /.old; rmdir /.old
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
hostname $name; cd /root
$script
INIT
    env -i TERM=dumb PATH="$PATH" "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../isolated/cgroups" unshare --mount --pid --uts --ipc --fork --kill-child "$@" bash "$run/init"
}
