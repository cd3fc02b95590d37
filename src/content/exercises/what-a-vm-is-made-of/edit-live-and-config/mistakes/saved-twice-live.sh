# expect: saved, power-cycled
# undo: virsh 'desc smartgo_01 --title --config --new-desc ""; setvcpus smartgo_01 4 --maximum --config'; rm -r /root/xml
# Both files are made without --inactive, and the guest is left as it is.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh desc smartgo_01 --title --config 'SmartGo 01'
virsh setvcpus smartgo_01 6 --maximum --config
mkdir -p /root/xml
virsh dumpxml smartgo_01 >/root/xml/live.xml
virsh dumpxml smartgo_01 >/root/xml/config.xml
