#!/bin/sh
# Runs inside the machine: the core black-box tests, with the docker command, on pure cgroup v2, with each OCI runtime.
# Each line "ok" or "FAILED"; the exit code is the number of failures.
root=$1; export PATH=/job:$PATH DOCKER_HOST=unix:///run/d.sock PRIOK_JAVA_OPTS=-XX:TieredStopAtLevel=1
mkfs.ext4 -q /dev/vda && mkdir -p /data && mount /dev/vda /data || exit 99
failures=0 page='<h1>Hello from a container on Priok</h1>'
check() { # check NAME WANTED COMMAND...: the output of the command is what is wanted
    name=$1 wanted=$2; shift 2; found=$("$@" 2>&1)
    if [ "$found" = "$wanted" ]; then echo "ok      $runtime: $name"
    else echo "FAILED  $runtime: $name: wanted '$wanted', found '$found'"; failures=$((failures + 1)); fi
}
code() { "$@" >/dev/null 2>&1; echo $?; }
get() { curl -s --retry 20 --retry-connrefused "$1"; }
start() {
    "$root/bin/priokd" -H unix:///run/d.sock --data-root /data/priok --exec-root /run/priok --pidfile /run/priokd.pid \
        --default-runtime "$runtime" --experimental >>/job/priokd.log 2>&1 &
    daemon=$!
    # Emulated and on a busy machine a JVM needs its time.
    for _ in $(seq 3000); do
        curl -fs -o /dev/null --unix-socket /run/d.sock http://d/_ping 2>/dev/null && return
        kill -0 $daemon 2>/dev/null || break
        sleep 0.1
    done
    echo "priokd does not answer:"; tail -n 30 /job/priokd.log; exit 99
}
stop() { docker rm -f $(docker ps -aq) >/dev/null; kill -TERM $daemon; wait $daemon; }
nothing_left() {
    check "nothing left: mounts" 0 sh -c 'grep -c /data/priok/ /proc/self/mountinfo'
    check "nothing left: links" 0 sh -c "ip -o link | grep -c veth"
    check "nothing left: cgroups" 0 sh -c "find /sys/fs/cgroup -type d | grep -cE '[0-9a-f]{64}'"
}

basics() { # what the runtime has a part in
    check "default runtime" "$runtime" docker info --format '{{.DefaultRuntime}}'
    check "run" hello docker run --rm busybox echo hello
    check "exit code" 42 code docker run --rm busybox sh -c 'exit 42'
    check "no such command" 127 code docker run --rm busybox nope
    check "not executable" 126 code docker run --rm busybox /etc/passwd
    check "cgroup name space" 0::/ docker run --rm busybox cat /proc/self/cgroup
    check "memory limit bites" 137 code docker run --name "oom-$runtime" -m 16m --memory-swap 16m busybox sh -c 'x=$(head -c 64000000 /dev/zero | tr "\0" x)'
    check "and is told" true docker inspect -f '{{.State.OOMKilled}}' "oom-$runtime"
    check "memory.max" 33554432 docker run --rm -m 32m busybox cat /sys/fs/cgroup/memory.max
    check "pids.max" 9 docker run --rm --pids-limit 9 busybox cat /sys/fs/cgroup/pids.max
    check "pids limit bites" 2 code docker run --rm --pids-limit 5 busybox sh -c 'for i in 1 2 3 4 5 6 7 8; do sleep 9 & done; exit 0'
    check "cpu.max" "25000 100000" docker run --rm --cpus 0.25 busybox cat /sys/fs/cgroup/cpu.max
    check "cpu limit bites" yes docker run --rm --cpus 0.1 busybox sh -c \
        'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; n=$(sed -n "s/^nr_throttled //p" /sys/fs/cgroup/cpu.stat); [ $n -gt 0 ] && echo yes'
    docker run -d --name "sleeps-$runtime" -m 64m busybox sleep 1000 >/dev/null
    check "exec" "/var/www 33" docker exec -w /var/www -u 33 "sleeps-$runtime" sh -c 'echo $(pwd) $(id -u)'
    check "exec's exit code" 5 code docker exec "sleeps-$runtime" sh -c 'exit 5'
    check "stats" "64MiB 1" sh -c "docker stats --no-stream --format '{{.MemUsage}} {{.PIDs}}' sleeps-$runtime | sed 's/.* \/ //'"
    docker update -m 96m --memory-swap 96m "sleeps-$runtime" >/dev/null
    check "update" 100663296 docker exec "sleeps-$runtime" cat /sys/fs/cgroup/memory.max
    check "kill" 137 sh -c "docker kill sleeps-$runtime >/dev/null; docker wait sleeps-$runtime"
}

nfs() { # a volume of an NFS server, here the kernel's own
    mkdir -p /data/nfs /run/rpc_pipefs /var/lib/nfs/nfsdcld /var/lib/nfs/v4recovery; touch /var/lib/nfs/etab /var/lib/nfs/rmtab
    modprobe nfsd; modprobe nfs; modprobe nfsv4
    mount -t nfsd nfsd /proc/fs/nfsd; mount -t rpc_pipefs rpc_pipefs /run/rpc_pipefs
    exportfs -o rw,no_root_squash,insecure,fsid=0 127.0.0.1:/data/nfs && rpc.mountd --no-nfs-version 3 && rpc.nfsd --no-nfs-version 3 2
    docker volume create --driver local -o type=nfs -o o=addr=127.0.0.1,vers=4.2,rw -o device=:/ remote >/dev/null
    check "NFS volume is written" written docker run --rm -v remote:/v busybox sh -c 'echo written >/v/file; cat /v/file'
    check "NFS server has it" written cat /data/nfs/file
    check "NFS is what is mounted" nfs4 docker run --rm -v remote:/v busybox sh -c 'grep " /v " /proc/mounts | cut -d" " -f3'
    docker run -d --name first -v remote:/v busybox sleep 1000 >/dev/null
    check "NFS volume of two" written docker run --rm -v remote:/v:ro busybox cat /v/file
    check "and the first keeps it" written docker exec first cat /v/file
    check "NFS volume in use is not removed" 1 code docker volume rm remote
    docker rm -f first >/dev/null
    check "NFS is unmounted after the last" 0 sh -c 'grep -c " nfs4 " /proc/mounts'
    docker volume create --driver local -o type=nfs -o o=addr=127.0.0.1,vers=4.2,port=9 -o device=:/ nowhere >/dev/null
    check "NFS without a server" 125 code docker run --rm -v nowhere:/v busybox true
    check "NFS volumes are removed" 0 code docker volume rm remote nowhere
    check "and the server keeps its files" written cat /data/nfs/file
    rpc.nfsd 0; exportfs -ua
}

checkpoints() { # CRIU with this runtime, on cgroup v2
    docker run -d --runtime runc --name "counts-$runtime" busybox sh -c 'i=0; while :; do echo $i; i=$((i+1)); sleep 0.2; done' >/dev/null; sleep 3
    check "checkpoint" kept docker checkpoint create "counts-$runtime" kept
    check "checkpoint ends" "exited 137" docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' "counts-$runtime"
    check "start from it" 0 code docker start --checkpoint kept "counts-$runtime"
    sleep 2
    check "goes on counting" yes sh -c "docker logs counts-$runtime | awk 'NR - 1 != \$1 { print \"line \" NR \": \" \$1; exit 1 } END { if (NR > 15) print \"yes\" }'"
    check "leave running" live docker checkpoint create --leave-running "counts-$runtime" live
    check "it runs" running docker inspect -f '{{.State.Status}}' "counts-$runtime"
}

whole() { # what the engine does
    check "memory.swap.max" 33554432 docker run --rm -m 32m --memory-swap 64m busybox cat /sys/fs/cgroup/memory.swap.max
    check "memory.low" 16777216 docker run --rm -m 32m --memory-reservation 16m busybox cat /sys/fs/cgroup/memory.low
    check "cpuset" 0 docker run --rm --cpuset-cpus 0 busybox sh -c 'grep Cpus_allowed_list /proc/self/status | cut -f2'
    check "cpu.weight" 1 docker run --rm --cpu-shares 2 busybox cat /sys/fs/cgroup/cpu.weight
    check "io.max" "254:0 rbps=1048576 wbps=max riops=max wiops=77" sh -c 'docker run --rm --device-read-bps /dev/vda:1mb --device-write-iops /dev/vda:77 busybox cat /sys/fs/cgroup/io.max | sed "s/^[0-9]*:0/254:0/"'
    check "device rules bite" 1 code docker run --rm --device /dev/vda:/dev/disk:r busybox dd if=/dev/zero of=/dev/disk bs=1 count=1
    check "devices can be read" 0 code docker run --rm --device /dev/vda:/dev/disk:r busybox dd if=/dev/disk of=/dev/null bs=512 count=1
    check "swappiness is refused" 125 code docker run --rm --memory-swappiness 7 busybox true
    check "AppArmor profile" "docker-default (enforce)" docker run --rm busybox cat /proc/self/attr/current
    tmpfs='mount -t tmpfs x /mnt 2>/dev/null; grep -c " /mnt " /proc/mounts'
    check "AppArmor denies mounts" 0 docker run --rm --cap-add SYS_ADMIN busybox sh -c "$tmpfs"
    check "AppArmor alone denies them" 1 docker run --rm --cap-add SYS_ADMIN --security-opt apparmor=unconfined busybox sh -c "$tmpfs"
    check "AppArmor profile that is not loaded" 1 sh -c 'docker run --rm --security-opt apparmor=nobodys busybox true 2>&1 | grep -ci "apparmor"'
    check "and nothing runs" "" sh -c "docker run --rm --security-opt apparmor=nobodys busybox echo ran 2>/dev/null"
    check "AppArmor unconfined" unconfined docker run --rm --security-opt apparmor=unconfined busybox cat /proc/self/attr/current
    check "AppArmor of exec" "docker-default (enforce)" sh -c 'docker run -d --name armed busybox sleep 60 >/dev/null; docker exec armed cat /proc/self/attr/current; docker rm -f armed >/dev/null'
    docker run -d --name web -p 8080:80 busybox httpd -f -h /var/www >/dev/null
    check "published port" "$page" get http://127.0.0.1:8080/
    check "published on the machine's address" "$page" get http://10.0.2.15:8080/
    docker run -d --name counts busybox sh -c 'i=0; while :; do echo $i; i=$((i+1)); sleep 0.05; done' >/dev/null
    docker pause counts >/dev/null; sleep 0.5; a=$(docker logs counts | wc -l); sleep 1; b=$(docker logs counts | wc -l)
    check "pause freezes" "$a" echo "$b"
    docker unpause counts >/dev/null; sleep 1
    check "unpause" 1 sh -c "[ $(docker logs counts | wc -l) -gt $b ] && echo 1"
    nfs
    pid=$(docker inspect -f '{{.State.Pid}}' web)
    docker run -d --name ends busybox sh -c 'for i in 1 2 3 4 5; do echo $i; sleep 0.5; done; exit 7' >/dev/null
    kill -9 $daemon; wait $daemon 2>/dev/null; sleep 3; start
    check "kill -9: runs on" "true $pid" docker inspect -f '{{.State.Running}} {{.State.Pid}}' web
    check "kill -9: port still open" "$page" get http://127.0.0.1:8080/
    check "kill -9: exit code" 7 docker wait ends
    check "kill -9: whole log" "1 2 3 4 5" sh -c 'echo $(docker logs ends)'
    check "kill -9: exec works" yes docker exec web echo yes
    check "kill -9: stop" 0 code docker stop -t 1 counts
}

# The runtime that the daemon is restarted with is not always the one a container was made with.
runtime=crun; start
"$root/bin/starter-image" | docker import -c 'ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin' -c 'CMD ["sh"]' - busybox >/dev/null || exit 99
check "cgroup v2" 2 docker info --format '{{.CgroupVersion}}'
basics; whole; stop; nothing_left
runtime=runc; start; basics; checkpoints; stop; nothing_left
[ $failures = 0 ] || tail -n 40 /job/priokd.log
exit $failures
