# SPDX-License-Identifier: LGPL-2.1-or-later
# A virtual machine with a kernel of Debian's and the testbed's base for a disk: what needs controllers, other kernels or a power cut.
#
# QEMU emulates the processor, since what is there of /dev/kvm may not run every kernel: a boot takes some 15 s of
# processor time, all else 20 to 30 times as long as here. The machine has no network and no udev. It runs a list of
# commands as a service and writes what they say to its second serial port, which is QEMU's standard output.
# shellcheck shell=bash

vm_packages=(qemu-system-x86 busybox-static cpio e2fsprogs xz-utils)
# In the machine itself: the kernel loads modules by modprobe; criu 3.17 does not know the vDSO of kernels that a host may have.
vm_machine_packages=(kmod criu iptables)
# What the disk needs before there is a root that has modules.
vm_modules=(virtio_pci virtio_blk ext4)

# ensure_kernel VERSION: prints a directory with `vmlinuz`, `lib/modules` and `initramfs` of Debian's kernel for clouds, made once.
ensure_kernel() {
    local meta=linux-image-$1-cloud-amd64 package kernel work
    [[ $1 != 6.1 ]] || meta=linux-image-cloud-amd64
    package=$(apt-cache depends "$meta" 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9]\)/\1/p' | head -n 1)
    [[ $package ]] || die "apt knows no $meta; try: apt-get update"
    kernel=$cache/kernel-${package#linux-image-}
    if [[ ! -d $kernel ]]; then
        say "unpacking $package (once)"
        work=$(mktemp -d "$cache/kernel-making.XXXXXX")
        (cd "$work" && run_quietly apt-get -o APT::Sandbox::User=root download "$package")
        dpkg -x "$work"/*.deb "$work/unpacked"
        mkdir "$work/kernel"
        mv "$work"/unpacked/boot/vmlinuz-* "$work/kernel/vmlinuz"
        mv "$work/unpacked/lib" "$work/kernel/lib"
        find "$work/kernel/lib/modules" -name '*.ko.xz' -exec xz --decompress {} +
        busybox depmod -b "$work/kernel" "$(ls "$work/kernel/lib/modules")"
        make_initramfs "$work/kernel"
        mv -T "$work/kernel" "$kernel"
        rm -rf "$work"
    fi
    printf '%s\n' "$kernel"
}

# make_initramfs KERNEL: busybox, which loads the modules that the disk needs and hands over to it.
make_initramfs() {
    local kernel=$1 version root module line file
    version=$(ls "$kernel/lib/modules")
    root=$kernel/initramfs.d
    mkdir -p "$root"/{bin,dev,proc,sys,root,"lib/modules/$version"}
    cp "$(type -P busybox)" "$root/bin/busybox"
    cp "$kernel/lib/modules/$version/modules."{dep,alias,symbols} "$root/lib/modules/$version/" 2>/dev/null || true
    for module in "${vm_modules[@]}"; do
        # Itself and what it wants; what is built into the kernel has no line.
        line=$(grep "/$module\.ko:" "$kernel/lib/modules/$version/modules.dep") || continue
        for file in ${line/:/ }; do
            (cd "$kernel/lib/modules/$version" && cp --parents "$file" "$root/lib/modules/$version/")
        done
    done
    cat >"$root/init" <<INIT
#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
for module in ${vm_modules[*]}; do /bin/busybox modprobe -q \$module; done
/bin/busybox mount -t ext4 /dev/vda /root && /bin/busybox mount --move /dev /root/dev &&
    /bin/busybox umount /proc /sys && exec /bin/busybox switch_root /root /lib/systemd/systemd
/bin/busybox poweroff -f
INIT
    chmod 755 "$root/init"
    (cd "$root" && find . | cpio --create --format=newc --owner=0:0 --quiet | gzip -1) >"$kernel/initramfs"
    rm -rf "$root"
}

# make_vm_disk KERNEL DISK: the base, with slipway as it was last built, its tests, images and the kernel's modules.
make_vm_disk() {
    local kernel=$1 disk=$2 tree=$2.d base units
    base=$(machine_packages+=("${vm_machine_packages[@]}") && ensure_base)
    rm -rf "$tree"
    cp -a --reflink=auto "$base" "$tree"
    units=$tree/etc/systemd/system
    systemd-id128 new >"$tree/etc/machine-id"
    # There is no udev to tell of a console, and nobody to tell that the boot is over.
    ln -sf /dev/null "$units/serial-getty@.service"
    rm -f "$units/multi-user.target.wants/testbed.service"
    DESTDIR=$tree meson install -C "$checkout/build" --no-rebuild --quiet --strip >/dev/null
    chroot "$tree" systemd-sysusers
    mkdir -p "$tree/slipway/scripts"
    cp -r "$checkout/tests" "$tree/slipway/"
    cp -r "$checkout/scripts/lib" "$tree/slipway/scripts/"
    cp -r "$shared_cache"/{crun-tests,debian-"$debian_suite".tar} "$tree/var/cache/slipway-shared/"
    cp -r "$kernel/lib/modules" "$tree/lib/"
    chroot "$tree" depmod "$(ls "$kernel/lib/modules")"
    cat >"$units/vm.service" <<'UNIT'
[Unit]
Description=What the host wants run
After=dbus.service

[Service]
ExecStart=/bin/sh /slipway/scripts/lib/vm_guest.sh
StandardOutput=file:/dev/ttyS1
StandardError=file:/dev/ttyS1
TimeoutStopSec=1
UNIT
    ln -sf ../vm.service "$units/multi-user.target.wants/vm.service"
    rm -f "$disk"
    truncate --size 6G "$disk"
    run_quietly mke2fs -q -t ext4 -d "$tree" "$disk"
    rm -rf "$tree"
}

# start_vm KERNEL DISK CONSOLE COMMAND…: sets `vm_output`, a descriptor with what the commands say, and `vm_pid`.
start_vm() {
    local kernel=$1 disk=$2 console=$3 word list=
    shift 3
    # A kernel's command line is words; a command's own blanks are commas.
    for word in "$@"; do
        list+=" vm.run=${word// /,}"
    done
    # No cache of the disk's own that a kill would lose: what QEMU was told to write is the host's to write.
    local qemu=(
        nice -n "${SLIPWAY_VM_NICE:-5}" qemu-system-x86_64 -machine q35 -accel "${SLIPWAY_VM_ACCEL:-tcg,thread=multi}" -cpu max -smp 2 -m 2G
        -nodefaults -display none -no-reboot -nic none
        -kernel "$kernel/vmlinuz" -initrd "$kernel/initramfs"
        -append "console=ttyS0 panic=-1 quiet systemd.show_status=0$list"
        -drive "file=$disk,format=raw,if=virtio,cache=unsafe" -serial "file:$console" -serial stdio
    )
    exec {vm_output}< <(exec "${qemu[@]}" </dev/null 2>"$console.errors")
    vm_pid=$!
}

# kill_vm: a loss of power; returns when the disk is free.
kill_vm() {
    kill -KILL "$vm_pid" 2>/dev/null || true
    wait "$vm_pid" 2>/dev/null || true
}
