# expect: power-cycled
# The machine is reset, as a reboot inside would: the same QEMU process goes on by the old definition.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh desc smartgo_01 --title --config 'SmartGo 01'
virsh setvcpus smartgo_01 6 --maximum --config
mkdir -p /root/xml
virsh dumpxml smartgo_01 >/root/xml/live.xml
virsh dumpxml --inactive smartgo_01 >/root/xml/config.xml
virsh reset smartgo_01
