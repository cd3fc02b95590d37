# expect: edited, saved, power-cycled
# The file is edited behind libvirt's back. The daemon keeps the definition that it has read.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
sed -i -e "s|<uuid>|<title>SmartGo 01</title>\n  <uuid>|" -e "s|<vcpu\(.*\)>4</vcpu>|<vcpu\1>6</vcpu>|" /etc/libvirt/qemu/smartgo_01.xml
mkdir -p /root/xml
virsh dumpxml smartgo_01 >/root/xml/live.xml
virsh dumpxml --inactive smartgo_01 >/root/xml/config.xml
virsh destroy smartgo_01
virsh start smartgo_01
