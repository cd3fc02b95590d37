# expect: recovered definition-whole report
# Cured by amputation: without a balloon nothing can squeeze the guest, and nothing can be taken back either.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh destroy smartgo_01
virsh dumpxml --inactive smartgo_01 | sed "s/<memballoon model='virtio'.*/<memballoon model='none'\/>/; /<\/memballoon>/d" > /tmp/none.xml
virsh define /tmp/none.xml
