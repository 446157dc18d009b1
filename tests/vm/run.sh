#!/bin/bash
# The core of the black-box tests in a virtual machine with a stock Debian kernel and pure cgroup v2, which is what
# most users have: run, limits that bite, pause, exec, ports, kill -9.   tests/vm/run.sh [WORKDIR]
# The project must be built (bin/dev build). Java is three to five times slower in there.
set -eu
here=$(dirname "$(readlink -f "$0")") root=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")
work=${1:-/var/tmp/priok-vm}; mkdir -p "$work"
"$root/bin/packages" build vm
[ -e "$work/vmlinuz" ] && [ -e "$work/rootfs/usr/sbin/criu" ] || "$here/make.sh" "$work" >"$work/make.log" 2>&1 || { tail -n 20 "$work/make.log"; exit 1; }
jdk=$("$root/bin/find-java" --jdk); docker=$(command -v docker)
job=$(mktemp -d "$work/job.XXXXXX"); trap 'rm -rf "$job"' EXIT
cp "$docker" "$job/docker"
# The emulator sometimes runs a half-patched instruction of the kernel while that boots on two processors, and the kernel
# panics: status 125, before anything of ours ran. Another boot then.
for try in 1 2 3; do
    code=0
    "$here/machine.sh" -s "$root" -s "$(readlink -f "$jdk")" -d 8G -m 3072 -t 2400 "$work" "$job" \
        "JAVA_HOME=$(readlink -f "$jdk") sh $root/tests/vm/core.sh $root" || code=$?
    [ $code = 125 ] && [ ! -e "$job/priokd.log" ] || exit $code
done
exit $code
