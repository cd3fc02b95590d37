# expect: edited, saved, power-cycled
# Undefined and defined again without its UUID: another machine of the same name. It is not started.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
xml=$(mktemp)
mkdir -p /root/xml
virsh dumpxml smartgo_01 >/root/xml/live.xml
virsh dumpxml --inactive smartgo_01 | sed -e "s|<uuid>.*</uuid>|<title>SmartGo 01</title>|" -e "s|<vcpu\(.*\)>4</vcpu>|<vcpu\1>6</vcpu>|" >"$xml"
virsh destroy smartgo_01
virsh undefine smartgo_01
virsh define "$xml"
virsh dumpxml --inactive smartgo_01 >/root/xml/config.xml
rm "$xml"
