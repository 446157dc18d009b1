#!/bin/bash
# Runs a command inside a throw-away QEMU machine with a stock Debian kernel
# (software emulation, no KVM needed), shows its output, exits with its status.
#
#   machine.sh [-s DIR]... [-d SIZE]... [-c CPUS] [-m MIB] [-t SECONDS] WORKDIR DIR COMMAND...
#
# WORKDIR  made by make.sh: holds vmlinuz and rootfs/.
# DIR      a host folder, writable inside as /job, where the command starts.
# -s DIR   a further host folder, at the same path inside (a JDK, say), read-only there.
# -d SIZE  a blank disk of that size (4G, say): /dev/vda, /dev/vdb, ...
# -t       limit in seconds (default 600); status 124 when it is exceeded.
# Status 125: the machine died before the command ended (its console is shown).
# Environment: VM_KERNEL (another kernel image), VM_APPEND (kernel parameters),
# VM_CPU (QEMU CPU model). Root only. Whatever the command does to the root
# file system goes to memory and is lost; only /job is kept.
# Needs: qemu-system-x86, which in Debian 12 brings virtiofsd (Debian 13: package virtiofsd).
set -eu
cpus=2 mem=2048 limit=600 shares=() disks=()
while getopts s:d:c:m:t: o; do case $o in
    s) shares+=("$(realpath "$OPTARG")");; d) disks+=("$OPTARG");;
    c) cpus=$OPTARG;; m) mem=$OPTARG;; t) limit=$OPTARG;; *) exit 2;;
esac; done
shift $((OPTIND - 1))
vm=$(realpath "$1") work=$(realpath "$2"); shift 2
virtiofsd=$(PATH=$PATH:/usr/libexec:/usr/lib/qemu command -v virtiofsd)

# The control folder (/ctl inside) carries the command in and its status out.
tmp=$(mktemp -d "$vm/run.XXXXXX"); mkdir "$tmp/ctl"
pids=()
cleanup() { if [ ${#pids[@]} -gt 0 ]; then kill "${pids[@]}" 2>/dev/null || :; fi; rm -rf "$tmp"; }
trap cleanup EXIT
printf '%s\n' "$*" >"$tmp/ctl/command"
printf '%s\n' "${shares[@]}" >"$tmp/ctl/shares"

args=()
share() { # share TAG DIR: one virtiofs device and the process that serves it
    "$virtiofsd" --socket-path="$tmp/$1.sock" -o "source=$2" -o cache=always -f >"$tmp/$1.log" 2>&1 &
    pids+=($!)
    args+=(-chardev "socket,id=$1,path=$tmp/$1.sock" -device "vhost-user-fs-pci,chardev=$1,tag=$1")
    for _ in $(seq 200); do [ -S "$tmp/$1.sock" ] && return; sleep 0.02; done
    cat "$tmp/$1.log" >&2; exit 125
}
share root "$vm/rootfs"; share ctl "$tmp/ctl"; share work "$work"
for i in "${!shares[@]}"; do share "share$i" "${shares[i]}"; done
for i in "${!disks[@]}"; do
    truncate -s "${disks[i]}" "$tmp/disk$i"
    args+=(-drive "file=$tmp/disk$i,format=raw,if=virtio,discard=unmap,cache=unsafe")
done

# "| cat" makes standard output a pipe, so that QEMU cannot truncate a file.
timeout --kill-after=5 "$limit" qemu-system-x86_64 \
    -machine q35 -accel tcg,thread=multi -cpu "${VM_CPU:-max,-cx16}" -smp "$cpus" -m "$mem" \
    -object "memory-backend-memfd,id=mem,size=${mem}M,share=on" -numa node,memdev=mem \
    -nodefaults -no-user-config -display none -no-reboot \
    -kernel "${VM_KERNEL:-$vm/vmlinuz}" \
    -append "console=ttyS0 quiet panic=-1 no_timer_check mitigations=off net.ifnames=0 root=root rootfstype=virtiofs ro init=/sbin/vm-init ${VM_APPEND:-}" \
    -serial "file:$tmp/console" \
    -device virtio-serial-pci -chardev file,id=out,path=/dev/stdout -device virtserialport,chardev=out,name=out \
    -netdev user,id=net -device virtio-net-pci,netdev=net,romfile= \
    -device virtio-rng-pci "${args[@]}" </dev/null 2>"$tmp/qemu.log" | cat
qemu=${PIPESTATUS[0]}
status=$(cat "$tmp/ctl/status" 2>/dev/null || :)
if [ -z "$status" ]; then
    tail -n 40 "$tmp/qemu.log" "$tmp/console" >&2 || :
    [ "$qemu" = 124 ] && exit 124 || exit 125
fi
exit "$status"
