#!/bin/sh
# Runs inside the machine: storage drivers that need another kernel than the development machine's.
#   storage.sh ROOT [PART]...     suite and daemon without a word; zfs, devicemapper, direct_lvm and quota are the daemon's parts;
#                                 bench measures (BENCH_IMAGES); anything else is a class of the suite
# Each line "ok" or "FAILED"; the exit code is the number of failures.
root=$1; shift; parts=${*:-suite daemon}
export PATH=/job:$PATH DOCKER_HOST=unix:///run/d.sock PRIOK_JAVA_OPTS=-XX:TieredStopAtLevel=1
touch /job/begun
mkfs.ext4 -q /dev/vda && mkdir -p /data && mount /dev/vda /data && mkdir /data/tmp || exit 99
modprobe -a zfs dm_thin_pool loop xfs quota_v2 overlay
for _ in $(seq 50); do [ -e /dev/zfs ] && [ -e /dev/mapper/control ] && break; sleep 0.1; done
failures=0
check() { # check NAME WANTED COMMAND...: the output of the command is what is wanted
    name=$1 wanted=$2; shift 2; found=$("$@" 2>&1)
    if [ "$found" = "$wanted" ]; then echo "ok      $driver: $name"
    else echo "FAILED  $driver: $name: wanted '$wanted', found '$found'"; failures=$((failures + 1)); fi
}
code() { "$@" >/dev/null 2>&1; echo $?; }

# ---- the conformance suite of every driver that needs this kernel

# suite CLASS...: side by side, as Java takes a minute there to get going; no test may be skipped, for that is what this
# machine is for
suite() {
    classpath=$(printf '%s:' /job/lib/*.jar /job/own/*.jar)
    for class in "$@"; do
        (
            begin=$(date +%s) log=/job/$class.log
            # shellcheck disable=SC2086 # several words
            "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx600m ${PRIOK_SUITE_JVM:-} \
                -Djava.io.tmpdir=/data/tmp -cp "$classpath" org.junit.platform.console.ConsoleLauncher execute \
                --disable-banner --disable-ansi-colors --details=testfeed ${PRIOK_SUITE_ARGS:-} --select-class "dev.priok.host.$class" >"$log" 2>&1
            code=$?
            number() { sed -n "s/^\[ *\([0-9]*\) $1.*/\1/p" "$log"; }
            ran=$(number 'tests successful') skipped=$(number 'tests skipped')$(number 'containers skipped')
            if [ $code = 0 ] && [ "${ran:-0}" -gt 0 ] && [ "$skipped" = 00 ]; then
                echo "ok      $class: $ran tests, $(($(date +%s) - begin)) s"
            else
                grep -A12 ':: FAILED' "$log"; tail -n 30 "$log"
                echo "FAILED  $class: ${ran:-no} tests passed, skipped $skipped, exit code $code"; touch "/job/$class.failed"
            fi
        ) &
        suites="$suites $!"
    done
}
suites=
suites_end() {
    # shellcheck disable=SC2086 # several numbers
    [ -z "$suites" ] || wait $suites
    failures=$((failures + $(find /job -name '*.failed' | wc -l)))
}

# ---- the daemon

start() { # start OPTIONS...
    "$root/bin/priokd" -H unix:///run/d.sock --exec-root /run/priok --pidfile /run/priokd.pid "$@" >>/job/priokd.log 2>&1 &
    daemon=$!
    for _ in $(seq 3000); do
        curl -fs -o /dev/null --unix-socket /run/d.sock http://d/_ping 2>/dev/null && return
        kill -0 $daemon 2>/dev/null || break
        sleep 0.1
    done
    echo "priokd does not answer:"; tail -n 30 /job/priokd.log; exit 99
}
stop() { kill -TERM $daemon; wait $daemon; }
info() { docker info --format "{{range .DriverStatus}}{{index . 0}}={{index . 1}}
{{end}}" | sed -n "s/^$1=//p"; }
in_megabytes() { docker run --rm --storage-opt size="$1" busybox sh -c 'df -P -m / | tail -n 1' | awk '{ print ($2 > '"$2"' && $2 <= '"$3"') ? "limited" : $2 }'; }
fills_up() { # a container with that limit gets an error, and another one beside it does not
    docker run --rm --storage-opt size="$1" busybox sh -c 'dd if=/dev/urandom of=/f bs=1M count='"$2"' 2>&1 && sync && echo all' | grep -cE 'No space|Disk quota'
}

containers() { # what every driver does for a user
    "$root/bin/starter-image" | docker import -c 'ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin' -c 'CMD ["sh"]' - busybox >/dev/null || exit 99
    check "storage driver" "$1" docker info --format '{{.Driver}}'
    check "run" hello docker run --rm busybox echo hello
    docker run --name writes busybox sh -c 'echo new >/new; echo changed >>/etc/passwd; rm /etc/group; mkdir /d; ln /new /d/link' >/dev/null
    check "diff" "A /d A /d/link A /new C /etc C /etc/passwd D /etc/group" sh -c 'docker diff writes | sort | tr "\n" " " | sed "s/ $//"'
    docker commit writes committed >/dev/null
    check "commit" "new changed" docker run --rm committed sh -c 'echo $(cat /d/link) $(tail -n 1 /etc/passwd); cat /etc/group 2>/dev/null'
    docker cp writes:/d/link /run/out >/dev/null; check "cp out" new cat /run/out
    echo inside >/run/in; docker cp /run/in writes:/d/in >/dev/null
    docker start -a writes >/dev/null 2>&1; check "cp in, and a second start" "inside" sh -c 'docker cp writes:/d/in - | tar -xO'
    docker run -d --name lives busybox sh -c 'echo before >/f; sleep 1000' >/dev/null; sleep 1
    kill -9 $daemon; wait $daemon 2>/dev/null; shift; start "$@"
    check "kill -9: runs on" before docker exec lives cat /f
    docker stop -t 1 lives >/dev/null; docker start lives >/dev/null
    check "and starts again" before docker exec lives cat /f
    docker export lives | tar -t >/run/list; check "export" 1 grep -c '^f$' /run/list
}
ends() { # ends DATAROOT: nothing is left of containers, nor of the daemon
    docker rm -f $(docker ps -aq) >/dev/null
    docker rmi -f committed busybox >/dev/null
    stop
    check "nothing left: mounts" 0 sh -c "grep -c $1/ /proc/self/mountinfo"
}

zfs_daemon() {
    driver=zfs
    zpool create -f -m /zfs tank /dev/vdb && zfs create tank/priok || exit 99
    set -- --data-root /zfs/priok --storage-driver zfs; start "$@"
    check "info: Zpool" tank info Zpool
    check "info: health" ONLINE info 'Zpool Health'
    check "info: parent" tank/priok info 'Parent Dataset'
    containers zfs "$@"
    check "size" limited in_megabytes 64m 50 70
    check "size bites" 1 fills_up 32m 80
    check "another option" 1 sh -c "docker run --storage-opt nonsense=1 busybox true 2>&1 | grep -c 'Unknown option nonsense'"
    docker volume create -o size=16m small >/dev/null
    check "volume's size bites" 1 sh -c "docker run --rm -v small:/v busybox sh -c 'dd if=/dev/urandom of=/v/f bs=1M count=14 && sync && sleep 6 &&
        dd if=/dev/urandom of=/v/g bs=1M count=14; sleep 6; dd if=/dev/urandom of=/v/h bs=1M count=1' 2>&1 | grep -cE '/v/h.*(No space|Disk quota)'"
    check "a volume without one" 0 code docker run --rm -v large:/v busybox dd if=/dev/zero of=/v/f bs=1M count=40
    docker volume rm small large >/dev/null
    check "its limit went with it" "" sh -c "zfs projectspace -H -p -o name,quota tank/priok | awk '\$2 + 0 > 0'"
    ends /zfs/priok
    check "storage check" "zfs: everything is as the records say" "$root/bin/priokd" storage check --data-root /zfs/priok --storage-driver zfs
    check "nothing left: file systems" tank/priok sh -c "zfs list -H -o name -r tank/priok"
    check "chosen again by its layers" 1 sh -c "'$root/bin/priokd' storage ls --data-root /zfs/priok | grep -c '^zfs *no *yes'"
    zpool destroy -f tank
}

devicemapper_daemon() {
    driver=devicemapper
    mkdir /data/dm
    set -- --data-root /data/dm --storage-driver devicemapper --storage-opt dm.basesize=512m --storage-opt dm.loopdatasize=8g
    start "$@"
    check "warning of loops" 1 grep -c "Usage of loopback devices is strongly discouraged" /job/priokd.log
    check "info: block size" 65.54kB info 'Pool Blocksize'
    check "info: base" 536.9MB info 'Base Device Size'
    check "info: xfs" xfs info 'Backing Filesystem'
    check "info: data" 8.59GB info 'Data Space Total'
    containers devicemapper "$@"
    check "size" limited in_megabytes 600m 512 610
    check "less than the base is refused" 1 sh -c "docker run --storage-opt size=1m busybox true 2>&1 | grep -c 'Container size cannot be smaller than 536.9MB'"
    ends /data/dm
    check "storage check" "devicemapper: everything is as the records say" sh -c "'$root/bin/priokd' storage check --data-root /data/dm \
        --storage-driver devicemapper --storage-opt dm.loopdatasize=8g 2>/job/check.log" # the warning of loops once more
    check "nothing left: devices" "No devices found" dmsetup ls
    check "nothing left: loops" "" losetup -a
}

direct_lvm_daemon() {
    driver=direct-lvm
    mkdir /data/lvm
    set -- --data-root /data/lvm --storage-driver devicemapper --storage-opt dm.directlvm_device=/dev/vdc --storage-opt dm.basesize=512m
    start "$@"
    check "info: pool" docker-thinpool info 'Pool Name'
    check "info: block size" 524.3kB info 'Pool Blocksize'
    containers devicemapper "$@"
    ends /data/lvm
    check "another set-up is refused" 1 sh -c "timeout 60 '$root/bin/priokd' --data-root /data/lvm -H unix:///run/x.sock --exec-root /run/x --pidfile /run/x.pid --storage-driver devicemapper \
        --storage-opt dm.directlvm_device=/dev/vdd 2>&1 | grep -c 'changing direct-lvm config is not supported'"
    vgremove -qfy docker >/dev/null 2>&1
}

quota_daemon() {
    driver=overlay2
    mkfs.xfs -q -f /dev/vdd && mkdir -p /xfs && mount -o pquota /dev/vdd /xfs || exit 99
    set -- --data-root /xfs/priok --storage-driver overlay2; start "$@"
    check "info: xfs" xfs info 'Backing Filesystem'
    containers overlay2 "$@"
    check "size" limited in_megabytes 64m 50 70
    check "size bites" 1 fills_up 32m 80
    docker volume create -o size=16m small >/dev/null
    check "volume's size bites" 1 sh -c "docker run --rm -v small:/v busybox dd if=/dev/zero of=/v/f bs=1M count=40 2>&1 | grep -cE 'No space|Disk quota'"
    check "a volume without one" 0 code docker run --rm -v large:/v busybox dd if=/dev/zero of=/v/f bs=1M count=40
    docker volume rm small large >/dev/null
    ends /xfs/priok
    set -- --data-root /xfs/priok --storage-driver overlay2 --storage-opt overlay2.size=48m; start "$@"
    "$root/bin/starter-image" | docker import - busybox >/dev/null
    check "overlay2.size" 1 sh -c "docker run --rm busybox /bin/dd if=/dev/zero of=/f bs=1M count=80 2>&1 | grep -cE 'No space|Disk quota'"
    docker rmi -f busybox >/dev/null; stop
    umount /xfs
}

# Numbers of tests/bench/storage beside overlay2 on ext4: the processor is emulated, so only ratios mean something.
bench_daemon() {
    zpool create -f -m /zfs tank /dev/vdb && zfs create tank/priok && mkdir /data/bench || exit 99
    measure() { # measure DRIVER OPTIONS...
        start --storage-driver "$@"
        sh "$root/tests/bench/storage-cases.sh" /run/d.sock "$BENCH_IMAGES" 7 20 >"/run/bench.$1" || { cat "/run/bench.$1"; failures=$((failures + 1)); }
        stop
    }
    measure overlay2 --data-root /data/bench/overlay2
    measure zfs --data-root /zfs/priok
    measure devicemapper --data-root /data/bench/dm --storage-opt dm.basesize=2g --storage-opt dm.loopdatasize=10g
    zpool destroy -f tank
    for driver in overlay2 zfs devicemapper; do sed "s/^/$driver /" "/run/bench.$driver"; done | awk '
        $1 == "overlay2" { base[$2] = $3 }
        { printf "%-13s %-18s %8.3f s  %5.2f of overlay2\n", $1, $2, $3, $3 / base[$2]; all[$1 " " $2] = $3 }
        END { exit all["zfs create_remove_100"] > 1.5 * all["zfs create_remove_5"] }'
    code=$? driver=zfs
    check "a container costs as much on 100 layers as on 5" 0 echo $code
}

for part in $parts; do
    case $part in
        suite) suite storage.ZfsDriverTest storage.DevicemapperLoopDriverTest storage.DevicemapperPoolDriverTest storage.XfsQuotaTest storage.Ext4QuotaTest \
            storage.XfsSizeLimitsTest storage.Ext4SizeLimitsTest storage.ZfsSizeLimitsTest
            suites_end; suites=;;
        daemon) zfs_daemon; devicemapper_daemon; direct_lvm_daemon; quota_daemon;;
        zfs | devicemapper | direct_lvm | quota | bench) ${part}_daemon;;
        *) suite "$part";;
    esac
done
suites_end
[ $failures = 0 ] || tail -n 40 /job/priokd.log 2>/dev/null
exit $failures
