# expect: readiness, service-boot, default-network, exam-network, fixed-lease, pool, volume, guest-a, unattended, guest-b, b-runs, twin, side-by-side, autostart, hot-cpus, balloon, edited, questions
# Service, networks, pool and guest B are there now, and nothing of it is stored: started and not enabled, created and not defined.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
cd /root/exam
systemctl unmask libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket
systemctl start libvirtd.socket
virsh net-start default
subnet=192.168.$PARAM_SUBNET
cat >exam-net.xml <<XML
<network>
  <name>exam</name>
  <forward mode='nat'/>
  <bridge name='virbr$PARAM_BRIDGE'/>
  <ip address='$subnet.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='$subnet.100' end='$subnet.200'/>
    </dhcp>
  </ip>
</network>
XML
virsh net-create exam-net.xml
virsh pool-build exam
virsh pool-start exam
# Paused, so that its system never answers: whether it is up in time for the check would be a matter of luck.
virsh create backup/smartgo_b.xml --paused
