#!/bin/bash
# Prints what tests could leave on this machine, sorted: two outputs, before and after, must be equal.
export LC_ALL=C
{
    awk '{print "mount", $5}' /proc/self/mountinfo
    ip -o link | awk -F': ' '{sub(/@.*/, "", $2); print "link", $2}'
    nft list tables 2>/dev/null | sed 's/^/firewall /'
    find /sys/fs/cgroup -mindepth 1 -type d \( -name '*docker*' -o -name '*priok*' -o -regex '.*[0-9a-f]\{64\}.*' \) 2>/dev/null | sed 's/^/cgroup /'
    ls -d /tmp/priok-* 2>/dev/null | sed 's/^/folder /'
    for process in /proc/[0-9]*; do
        read -r name 2>/dev/null <"$process/comm" || continue
        case $name in conmon | docker-registry) echo "process $name ${process#/proc/}";; esac
        if grep -qz 'dev.priok.daemon.Priokd' "$process/cmdline" 2>/dev/null; then echo "process priokd ${process#/proc/}"; fi
    done
} | sort
