#!/bin/bash
# Tests in a virtual machine with a stock Debian kernel, which has what this machine may not have.
#   tests/vm/run.sh core [WORKDIR]      the core of the black-box tests on pure cgroup v2, which is what most users have
#   tests/vm/run.sh service [WORKDIR]   the Debian package under systemd
#   tests/vm/run.sh storage [WORKDIR]   storage drivers: ZFS, device-mapper, project quotas; conformance suite and daemon
# The project must be built (bin/dev build). Java is three to five times slower in there.
set -eu
here=$(dirname "$(readlink -f "$0")") root=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")
what=${1:-core} work=${2:-/var/tmp/priok-vm}; mkdir -p "$work"
"$root/bin/packages" build vm
"$here/make.sh" "$work" >"$work/make.log" 2>&1 || { tail -n 20 "$work/make.log"; exit 1; }
jdk=$(readlink -f "$("$root/bin/find-java" --jdk)"); docker=$(command -v docker)
job=$(mktemp -d "$work/job.XXXXXX"); trap 'rm -rf "$job"' EXIT
cp "$docker" "$job/docker"
case $what in
    core) disks="-d 8G" begun=priokd.log;;
    service)
        disks="-d 8G" begun=begun version=$(sed -n 's|^  <version>\(.*\)</version>|\1|p' "$root/pom.xml" | head -n 1)
        stale() { [ ! -e "$1" ] || [ -n "$(find "$root"/{pom.xml,bin,packaging} "$root"/*/src -type f -newer "$1" -print -quit)" ]; }
        ! stale "$root/dist/priok-$version-linux-x86_64.tar.gz" || "$root/bin/dist"
        for n in 1 2; do
            deb=$version~$n
            ! stale "$root/dist/priok_${deb}_amd64.deb" || PRIOK_DEB_VERSION=$deb "$root/bin/deb" --no-build
            cp "$root/dist/priok_${deb}_amd64.deb" "$job/$n.deb"
        done;;
    storage)
        # ext4, then bare ones: for ZFS, for LVM, and for xfs with project quotas
        disks="-d 16G -d 8G -d 8G -d 8G" begun=begun
        mkdir -p "$job/lib" "$job/own"
        (cd "$root" && ./mvnw -o -q -B -pl host -am test-compile dependency:copy-dependencies -Dspotless.check.skip \
            -DincludeScope=test -DexcludeGroupIds=dev.priok,ch.qos.logback -DoutputDirectory="$job/lib" &&
            ./mvnw -q -B -N dependency:copy -DoutputDirectory="$job/lib" \
                -Dartifact=org.junit.platform:junit-platform-console-standalone:"$(sed -n 's|.*<junit.version>\(.*\)</junit.version>.*|\1|p' pom.xml)")
        case " ${PRIOK_VM_PARTS:-} " in
            *" bench "*) "$root/tests/bench/storage-images.sh" "$work/bench-images" 256; disks="-s $work/bench-images $disks";;
        esac
        # jars: a folder of classes is slow over there
        n=0
        for part in "$root"/{kernel,model,host}/target/classes "$root/host/target/test-classes"; do
            n=$((n + 1)); "$jdk/bin/jar" -c -f "$job/own/$n.jar" -C "$part" .
        done;;
    *) echo "usage: tests/vm/run.sh [core | service | storage] [WORKDIR]" >&2; exit 2;;
esac
# The emulator sometimes runs a half-patched instruction of the kernel while that boots on two processors, and the kernel
# panics: status 125, before anything of ours ran. Another boot then.
for try in 1 2 3; do
    code=0
    # shellcheck disable=SC2086 # several words
    "$here/machine.sh" -s "$root" -s "$jdk" $disks -m 4096 -t 5400 "$work" "$job" \
        "JAVA_HOME=$jdk BENCH_IMAGES=$work/bench-images sh $root/tests/vm/$what.sh $root ${PRIOK_VM_PARTS:-}" || code=$?
    [ $code = 125 ] && [ ! -e "$job/$begun" ] || exit $code
done
exit $code
