#!/bin/sh
# Between the kernel and the login prompt: only what the prompt needs. The rest is rc.services, which runs beside it.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc -o nosuid,noexec,nodev proc /proc
mount -t sysfs -o nosuid,noexec,nodev sysfs /sys
mount -o remount,rw /
mkdir -p /dev/pts /dev/shm
mount -t devpts -o gid=5,mode=620 devpts /dev/pts
mount -t tmpfs -o nosuid,nodev tmpfs /dev/shm
mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs /run
mkdir -p /run/sshd /run/lock
# hostname(1) refuses the underscore of smartgo_01; the kernel does not mind.
cat /etc/hostname > /proc/sys/kernel/hostname
