#!/bin/bash
# A real Docker (Debian 13's docker.io) beside everything else on this machine, for comparison: its own root file
# system, mount, network, process and host name spaces; its own cgroup, bridge, data root. Ending its first process
# ends all of it.
#   docker-peer.sh start [FOLDER]     makes FOLDER/rootfs when missing, starts dockerd, prints its DOCKER_HOST
#   docker-peer.sh stop [FOLDER]      ends it and takes away everything but FOLDER/rootfs
#   docker-peer.sh exec [FOLDER] -- COMMAND...   runs a command of this machine in the peer's network namespace
#   docker-peer.sh pid [FOLDER]       the first process of the peer, as this machine sees it
# The folders /tmp and FOLDER/share lie at the same path inside, for bind mounts. Root only; needs mmdebstrap once.
set -eu
action=${1:?start, stop, exec or pid}; shift
folder=/tmp/docker-peer
if [ $# -gt 0 ] && [ "$1" != -- ]; then folder=$1; shift; fi
[ "${1:-}" != -- ] || shift
mkdir -p "$folder"; folder=$(realpath "$folder"); root=$folder/rootfs

make_root() {
    [ ! -x "$root/usr/sbin/dockerd" ] || return 0
    local mirror
    mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep '/debian/$' | head -n 1)
    mmdebstrap --variant=minbase --aptopt='Apt::Install-Recommends "false"' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --include=docker.io,iptables,iproute2,ca-certificates,procps trixie "$root.new" "deb ${mirror%/} trixie main" >&2
    mv "$root.new" "$root"
}

first() { # the first process inside, still the one we started
    [ -r "$folder/pid" ] && [ -e "/proc/$(cat "$folder/pid")/ns/net" ] && cat "$folder/pid"
}

cgroups() { find /sys/fs/cgroup -depth -type d -path '*/docker-peer*' 2>/dev/null; }

stop() {
    local pid
    if pid=$(first); then
        kill -TERM "$(cat "$folder/dockerd.pid" 2>/dev/null || echo "$pid")" 2>/dev/null || :
        kill -KILL "$pid" 2>/dev/null || :
        for _ in $(seq 100); do [ -e "/proc/$pid" ] || break; sleep 0.05; done
    fi
    for _ in $(seq 40); do
        cgroups | while read -r d; do rmdir "$d" 2>/dev/null || :; done
        [ -n "$(cgroups)" ] || break; sleep 0.05
    done
    rm -rf "$folder/data" "$folder/share" "$folder/pid" "$folder/run"
}

start() {
    if first >/dev/null; then echo "unix://$folder/share/docker.sock"; return; fi
    make_root; stop
    mkdir -p "$folder"/{data,share,run}
    cat >"$folder/run/init" <<INIT
#!/bin/bash
set -eu
mount --make-rprivate /
mount --bind $root $root
mkdir -p $root/.old $root$folder/share $root$folder/data
mount -t proc proc $root/proc
mount --rbind /sys $root/sys; mount --rbind /dev $root/dev; mount --rbind /tmp $root/tmp
mount -t tmpfs tmpfs $root/run
mkdir -p $root$folder/share $root$folder/data $root$folder/run
for d in share data run; do mount --bind $folder/\$d $root$folder/\$d; done
cd $root; pivot_root . .old; umount -l /.old
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
unset DOCKER_HOST DOCKER_RAMDISK; export DOCKER_RAMDISK=1
ip link set lo up; hostname docker-peer
dockerd -H unix://$folder/share/docker.sock --data-root $folder/data --exec-root /run/docker-peer --pidfile /run/docker-peer.pid \
    --bip 172.29.0.1/16 --cgroup-parent /docker-peer --insecure-registry 127.0.0.0/8 ${PEER_OPTIONS:-} >$folder/run/dockerd.log 2>&1 &
while :; do wait || :; sleep 0.2; done
INIT
    # --kill-child is left out on purpose: the peer lives on when this script ends.
    setsid unshare --mount --net --uts --ipc --pid --fork bash "$folder/run/init" </dev/null >"$folder/run/init.log" 2>&1 &
    local outer=$! inner=
    for _ in $(seq 100); do inner=$(cat "/proc/$outer/task/$outer/children" 2>/dev/null) && [ -n "$inner" ] && break; sleep 0.02; done
    echo "${inner%% *}" >"$folder/pid"
    for _ in $(seq 300); do
        if [ -S "$folder/share/docker.sock" ] && curl -fs --unix-socket "$folder/share/docker.sock" http://d/_ping >/dev/null; then
            echo "unix://$folder/share/docker.sock"; return
        fi
        sleep 0.1
    done
    cat "$folder/run/init.log" >&2; tail -n 30 "$folder/run/dockerd.log" >&2; stop; exit 1
}

case $action in
    start) start;;
    stop) stop;;
    pid) first;;
    exec) exec nsenter --net="/proc/$(first)/ns/net" "$@";;
    *) echo "docker-peer.sh: start, stop, exec or pid, not '$action'" >&2; exit 2;;
esac
