# expect: machine, drivers, disk, network, screen, installing
# undo: rm /var/log/libvirt/qemu/smartgo1.log
# keymap=en_us, as in the notes: QEMU dies, and virt-install takes everything away again. What is left is QEMU's log.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh create /dev/stdin <<XML && exit 1
<domain type='kvm'>
  <name>smartgo1</name>
  <memory unit='MiB'>512</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices><graphics type='vnc' port='5920' autoport='no' listen='127.0.0.1' keymap='en_us'/></devices>
</domain>
XML
exit 0
