#!/bin/bash
# Runs in a fresh Debian root; see run.sh.      inside.sh OLD_VERSION NEW_VERSION
set -eu
old=$1 new=$2 packages=/root/packages
export DEBIAN_FRONTEND=noninteractive
step() { echo "-- $*"; }
fail() { echo "FAILED: $*" >&2; grep -i priok /tmp/apt.log >&2 || :; tail -n 20 /var/log/priok.log >&2 2>/dev/null || :; exit 1; }
is() { [ "$1" = "$2" ] || fail "$3: expected '$2', was '$1'"; }
daemon() { pgrep -f dev.priok.daemon.Priokd; }
# No chroot of a build machine: services may start here, as on one that SysV's init has booted into runlevel 2.
printf '#!/bin/sh\nexit 104\n' >/usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d
printf '#!/bin/sh\necho N 2\n' >/usr/sbin/runlevel; chmod +x /usr/sbin/runlevel
apt-get update -qq >/dev/null
mkdir -p /etc/priok; echo '{"bridge": "none"}' >/etc/priok/daemon.json

step "install: the service starts"
apt-get install -y -qq --no-install-recommends "$packages/priok_${old}_amd64.deb" busybox-static procps >/tmp/apt.log 2>&1 || { tail -n 20 /tmp/apt.log; fail "apt-get install"; }
is "$(service priok status)" "priokd is running (process $(daemon))" "status"
priok version >/dev/null || fail "priok version"
is "$(stat -c '%a %G' /run/docker.sock)" "660 docker" "the socket"
[ -s /usr/share/man/man8/priokd.8.gz ] || fail "no manual page"
bash -n /usr/share/bash-completion/completions/priok

step "a container"
mkdir -p /tmp/root/bin; cp "$(command -v busybox)" /tmp/root/bin/busybox
for applet in sh sleep echo; do ln -s busybox /tmp/root/bin/$applet; done
tar -C /tmp/root -c . | priok import - busybox:latest >/dev/null
is "$(priok run --rm busybox /bin/echo hello)" hello "run"
id=$(priok run -d --name steady busybox /bin/sleep 100000)
pid=$(priok inspect -f '{{.State.Pid}}' steady)

step "stop, start, restart, reload by the SysV script"
service priok restart >/dev/null || fail "restart"
is "$(priok inspect -f '{{.State.Status}}' steady)" exited "an orderly restart stops containers, as Docker's does"
service priok stop >/dev/null || fail "stop"
status=0; service priok status >/dev/null || status=$?
is "$status" 3 "status of a stopped service"
service priok stop >/dev/null || fail "stop twice"
service priok start >/dev/null || fail "start"
service priok start >/dev/null || fail "start twice"
service priok reload || fail "reload"
sleep 0.5; service priok status >/dev/null || fail "reload ended the daemon"
priok start steady >/dev/null
pid=$(priok inspect -f '{{.State.Pid}}' steady) before=$(daemon)

step "upgrade: the container runs on under the new daemon"
apt-get install -y -qq "$packages/priok_${new}_amd64.deb" >/tmp/apt.log 2>&1 || { tail -n 20 /tmp/apt.log; fail "upgrade"; }
[ "$(daemon)" != "$before" ] || fail "the upgrade did not restart the daemon"
is "$(priok inspect -f '{{.State.Status}} {{.State.Pid}}' "$id")" "running $pid" "the container after the upgrade"
is "$(priok exec steady /bin/echo here)" here "exec after the upgrade"
[ ! -e /run/priok/leave-containers ] || fail "the mark of the upgrade is still there"

step "the names docker and dockerd"
apt-get install -y -qq "$packages/priok-docker_${new}_all.deb" >/tmp/apt.log 2>&1 || { tail -n 20 /tmp/apt.log; fail "priok-docker"; }
is "$(docker ps --format '{{.Names}}')" steady "docker ps"
dockerd --version >/dev/null; service docker status >/dev/null || fail "service docker"
if command -v systemd-analyze >/dev/null; then systemd-analyze verify /usr/lib/systemd/system/priok.service; fi

step "remove and purge"
priok rm -f steady >/dev/null
apt-get purge -y -qq priok-docker >/tmp/apt.log 2>&1 || fail "purge of the names"
apt-get remove -y -qq priok >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; fail "remove"; }
! daemon >/dev/null || fail "the daemon runs on after the removal"
[ -e /etc/default/priok ] || fail "a removal keeps the configuration"
apt-get purge -y -qq priok >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; fail "purge"; }
for path in /etc/default/priok /etc/init.d/priok /usr/bin/priok /usr/lib/priok /usr/lib/systemd/system/priok.service; do
    [ ! -e "$path" ] || fail "$path is still there after the purge"
done
[ -d /var/lib/priok ] || fail "a purge must not take the user's data"
