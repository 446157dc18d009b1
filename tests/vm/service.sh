#!/bin/sh
# Runs inside the machine: the Debian package under systemd, which is process 1 of name spaces of its own here: install,
# start by socket, a killed daemon, reload, upgrade, stop and purge. /job has 1.deb and 2.deb, the newer.
# Each line "ok" or "FAILED"; the exit code is the number of failures.
root=$1; export PATH=/job:$PATH DOCKER_HOST=unix:///run/docker.sock
touch /job/begun
mkfs.ext4 -q /dev/vda && mkdir -p /var/lib/priok && mount /dev/vda /var/lib/priok && rmdir /var/lib/priok/lost+found || exit 99
modprobe -a overlay bridge veth nf_tables
failures=0
check() { # check NAME WANTED COMMAND...: the output of the command is what is wanted
    name=$1 wanted=$2; shift 2; found=$("$@" 2>&1)
    if [ "$found" = "$wanted" ]; then echo "ok      systemd: $name"
    else echo "FAILED  systemd: $name: wanted '$wanted', found '$found'"; failures=$((failures + 1)); fi
}

cat >/run/boot <<'BOOT'
mount -t proc proc /proc && umount /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && mount -t tmpfs tmpfs /run && mkdir /run/lock
exec env -i container=priok-test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=basic.target
BOOT
cp /run/boot /boot.sh
echo '+cpu +memory +pids +io' >/sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/machine
sh -c 'echo $$ >/sys/fs/cgroup/machine/cgroup.procs; exec unshare --mount --pid --cgroup --fork sh /boot.sh' >/job/systemd.log 2>&1 &
for _ in $(seq 600); do first=$(pgrep -x systemd | head -n 1) && [ -n "$first" ] && break; sleep 0.1; done
in_it() { timeout 120 nsenter -t "$first" --mount --pid --cgroup env PATH="$PATH" DOCKER_HOST=$DOCKER_HOST "$@"; }
for _ in $(seq 1200); do in_it systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded' && break; sleep 0.1; done
check "is process 1" systemd in_it cat /proc/1/comm

in_it dpkg -i /job/1.deb >/job/dpkg.log 2>&1 || { cat /job/dpkg.log; in_it journalctl --no-pager -n 50; exit 99; }
state() { in_it systemctl is-active priok.service; }
main() { in_it systemctl show -p MainPID --value priok.service; }
answers() { for _ in $(seq 300); do in_it docker version >/dev/null 2>&1 && return; sleep 0.2; done; }
check "installed: enabled" "enabled
enabled" in_it systemctl is-enabled priok.socket priok.service
check "installed: active" active state
check "the socket is systemd's" "660 root docker" in_it stat -c '%a %U %G' /run/docker.sock
"$root/bin/starter-image" | in_it docker import -c 'CMD ["sh"]' - busybox >/dev/null
check "run" hello in_it docker run --rm busybox echo hello
check "out of memory, containers go first" -500 in_it sh -c "cat /proc/$(main)/oom_score_adj"
check "descriptors" 1048576 in_it sh -c "awk '/open files/ { print \$4 }' /proc/$(main)/limits"
check "its log is in the journal" 1 in_it sh -c "journalctl -u priok.service -o cat | grep -c 'API listen on fd'"
check "the log driver journald" from-a-container in_it sh -c \
    "docker run --name speaks --log-driver journald busybox echo from-a-container >/dev/null; sleep 1; journalctl -o cat CONTAINER_NAME=speaks; docker rm speaks >/dev/null"

in_it docker run -d --name lives busybox sleep 100000 >/dev/null
before=$(main)
in_it kill -9 "$before"; sleep 3; answers
check "kill -9: started again" "active, another" sh -c "echo \"$(state), $([ "$(main)" = "$before" ] || echo another)\""
check "kill -9: the container runs on" true in_it docker inspect -f '{{.State.Running}}' lives

before=$(main)
in_it dpkg -i /job/2.deb >>/job/dpkg.log 2>&1 || { tail -n 20 /job/dpkg.log; failures=$((failures + 1)); }
answers
check "upgrade: another daemon" "active, another" sh -c "echo \"$(state), $([ "$(main)" = "$before" ] || echo another)\""
check "upgrade: the container runs on" true in_it docker inspect -f '{{.State.Running}}' lives
check "and obeys" 0 in_it sh -c 'docker exec lives true; echo $?'

in_it sh -c 'echo "{\"labels\":[\"made=by-reload\"]}" >/etc/priok/daemon.json; systemctl reload priok.service'; sleep 2
check "reload" '[made=by-reload]' in_it docker info --format '{{.Labels}}'

in_it systemctl stop priok.service priok.socket
check "stop: inactive" inactive state
check "stop: containers end" 0 in_it sh -c 'pgrep -c conmon'
check "stop: no socket" no in_it sh -c '[ -e /run/docker.sock ] && echo there || echo no'
in_it systemctl start priok.socket
check "the socket alone: the daemon is not started" inactive state
check "a client starts it" lives in_it docker ps -a --format '{{.Names}}'
check "and it is active" active state

in_it docker rm -f lives >/dev/null
in_it dpkg --purge priok >>/job/dpkg.log 2>&1
check "purged: no units" "" in_it sh -c "systemctl list-unit-files --no-legend 'priok*'"
check "purged: no links to them" "" in_it find /etc/systemd -name 'priok*'
check "purged: the user's data stays" there in_it sh -c '[ -e /var/lib/priok/priok.db ] && echo there'
check "purged: nothing runs" 0 in_it sh -c 'pgrep -fc "[p]riokd"'
[ $failures = 0 ] || in_it journalctl --no-pager -n 60
in_it systemctl exit >/dev/null 2>&1
exit $failures
