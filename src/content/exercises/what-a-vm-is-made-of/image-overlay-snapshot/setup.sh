set -eu
cat >/root/accident <<'S'
#!/bin/sh
# A slip of the keyboard: zeros over the first MiB of the disk of smartgo_02, as `dd of=/dev/vda` would write them.
set -eu
export LC_ALL=C LIBVIRT_DEFAULT_URI=qemu:///system
if [ "$(virsh domstate smartgo_02)" != "shut off" ]; then echo "Switch smartgo_02 off first." >&2; exit 1; fi
disk=$(virsh domblklist smartgo_02 --inactive --details | awk '$2 == "disk" { print $4; exit }')
qemu-io -f qcow2 -c 'write -P 0 0 1M' "$disk" >/dev/null
echo "$(date '+%F %T') $disk" >>/root/accident.log
echo "The first MiB of $disk is gone."
S
chmod 755 /root/accident
