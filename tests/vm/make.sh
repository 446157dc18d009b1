#!/bin/bash
# Makes WORKDIR/rootfs (Debian trixie with a stock kernel's modules) and
# WORKDIR/vmlinuz for machine.sh.      make.sh WORKDIR [MIRROR]
# What is there already stays. ZFS's modules, of which Debian has no built ones, are
# compiled in a second, throw-away tree. Root only. Needs: mmdebstrap.
set -eu
work=$(realpath "$1") here=$(dirname "$(realpath "$0")")
# The mirror that this machine's own apt uses, unless one is given.
mirror=${2:-$(apt-get indextargets --format '$(REPO_URI)' | grep '/debian/$' | head -n 1)}; mirror=${mirror%/}
lines=("deb $mirror trixie main contrib" "deb $mirror trixie-updates main contrib"
       "deb $mirror-security trixie-security main contrib")
options=(--variant=minbase --aptopt='Apt::Install-Recommends "false"'
         --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*'
         --dpkgopt='path-exclude=/usr/share/locale/*')

# The last file of the first step tells that it was completed.
if ! [ -e "$work/vmlinuz" ] || ! [ -e "$work/rootfs/usr/sbin/criu" ]; then
    rm -rf "$work/rootfs" "$work/vmlinuz"
    # The kernel is only unpacked, not installed: no boot loader, no initramfs.
    mmdebstrap "${options[@]}" \
        --include=kmod,udev,crun,runc,conmon,busybox-static,iproute2,iptables,nftables,ipvsadm,dmsetup,lvm2,thin-provisioning-tools,btrfs-progs,xfsprogs,e2fsprogs,zfsutils-linux,apparmor,criu,nfs-kernel-server,nfs-common,procps,psmisc,iputils-ping,curl,ca-certificates,xz-utils,socat \
        --customize-hook='cd "$1/tmp" && chroot "$1" sh -c "cd /tmp && apt-get download \$(apt-cache depends linux-image-cloud-amd64 | sed -n s/.*Depends:.//p | grep ^linux-image)" && dpkg-deb -x linux-image-*.deb "$1/tmp/k" && cp -a k/usr/lib/modules "$1/usr/lib/" && cp k/boot/vmlinuz-* "$1/boot/vmlinuz" && rm -rf k linux-image-*.deb' \
        trixie "$work/rootfs" "${lines[@]}"
    cp "$work/rootfs/boot/vmlinuz" "$work/vmlinuz.new"
    mv "$work/vmlinuz.new" "$work/vmlinuz"
fi
install -m 755 "$here/vm-init" "$work/rootfs/sbin/vm-init"
kernel=$(ls "$work/rootfs/usr/lib/modules")

if ! [ -e "$work/rootfs/usr/lib/modules/$kernel/updates/zfs.ko.xz" ]; then
    # zfs-dkms compiles for every installed linux-headers package (about 5 CPU minutes).
    rm -rf "$work/dkms"
    mmdebstrap "${options[@]}" --include="linux-headers-$kernel,zfs-dkms" \
        --customize-hook='copy-out /usr/lib/modules/'"$kernel"'/updates/dkms '"$work" \
        trixie /dev/null "${lines[@]}" --format=null ||
        { echo "No headers of $kernel any more? Remove $work and begin anew." >&2; exit 1; }
    mkdir -p "$work/rootfs/usr/lib/modules/$kernel/updates"
    mv "$work"/dkms/spl.ko.xz "$work/rootfs/usr/lib/modules/$kernel/updates/"
    chroot "$work/rootfs" depmod "$kernel"
    mv "$work"/dkms/zfs.ko.xz "$work/rootfs/usr/lib/modules/$kernel/updates/"
    rm -r "$work/dkms"
fi
chroot "$work/rootfs" depmod "$kernel"
