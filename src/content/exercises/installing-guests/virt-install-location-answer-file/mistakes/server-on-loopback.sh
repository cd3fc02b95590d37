# expect: installed, fetched, ticket
# undo: virsh undefine smartgo_ks; pkill -f '[h]ttp.server'; rm -r /var/lib/libvirt/images/smartgo_ks.qcow2 /srv/answers
# The server listens on 127.0.0.1 alone: curl on the host is happy, and the guest is refused. The guest was switched off at the
# question that followed; only what is then left of it is made here.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
images=/var/lib/libvirt/images
mkdir -p /srv/answers
cd /srv/answers
printf 'network --bootproto=dhcp --hostname=smartgo-ks\nrootpw --lock\nreboot\n%%post\necho %s > /etc/ticket\n%%end\n' "$(cat /root/ticket)" >ks.cfg
python3 -m http.server --bind 127.0.0.1 8000 >/dev/null 2>&1 &
qemu-img create -q -f qcow2 $images/smartgo_ks.qcow2 1G
virsh define /dev/stdin <<XML
<domain type='kvm'>
  <name>smartgo_ks</name>
  <memory unit='MiB'>512</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='hd'/></os>
  <features><acpi/><apic/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='$images/smartgo_ks.qcow2'/><target dev='vda' bus='virtio'/></disk>
    <interface type='network'><source network='default'/><model type='virtio'/></interface>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <console type='pty'/>
  </devices>
</domain>
XML
deadline=$((SECONDS + 60))
until curl -fs http://127.0.0.1:8000/ks.cfg >/dev/null; do
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "the web server did not come up within 60 s" >&2
    exit 1
  fi
  sleep 1
done
