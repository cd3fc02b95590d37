# expect: readiness, service-boot, default-network, exam-network, fixed-lease, unattended, guest-b, b-runs, twin, side-by-side, hot-cpus, balloon, edited, questions
# A has the right definition and a system that nobody installed, and gets its CPUs and its memory by the definition and a start.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
cd /root/exam
value() { jq -r "$1" parameters.json; }
systemctl unmask libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket
systemctl start libvirtd.socket
virsh net-start default
subnet=192.168.$PARAM_SUBNET
cat >exam-net.xml <<XML
<network>
  <name>exam</name>
  <forward mode='nat'/>
  <bridge name='virbr$PARAM_BRIDGE'/>
  <ip address='$subnet.1' netmask='255.255.255.0'/>
</network>
XML
virsh net-define exam-net.xml
virsh net-start exam
virsh pool-build exam
virsh pool-start exam
virsh pool-autostart exam
disk=/srv/exam-$PARAM_DIRECTORY/smartgo_a.qcow2
virsh vol-create-as exam smartgo_a.qcow2 "${PARAM_VOLUME_SIZE}M" --format qcow2
sed -e "s/@NAME@/smartgo_a/g; /<uuid>/d; s|/var/lib/libvirt/images/smartgo_a.qcow2|$disk|; s|network='default'|network='exam'|" \
  -e "s|<mac address='.*'/>|<mac address='$(value .a.mac)'/>|" -e "s|<memory .*</memory>|<memory unit='MiB'>$PARAM_MAX_MEMORY</memory>|" \
  -e "s|<currentMemory .*</currentMemory>|<currentMemory unit='MiB'>$PARAM_BALLOON_MEMORY</currentMemory>|" \
  -e "s|<vcpu .*</vcpu>|<vcpu current='$PARAM_HOT_VCPUS'>$PARAM_MAX_VCPUS</vcpu>|" /usr/lib/lab/smartgo.xml >a.xml
virsh define a.xml
virsh autostart smartgo_a
virsh start smartgo_a
