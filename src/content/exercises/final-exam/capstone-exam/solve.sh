# What was drawn is in the environment; what the host has for itself is in parameters.json. The installation is the longest item, and what is only written is written meanwhile. The guests are
# started one after the other: side by side on one processor, each would keep the others waiting.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
cd /root/exam
images=/var/lib/libvirt/images
value() { jq -r "$1" parameters.json; }
patience=$((SECONDS + 560))
until_true() { # WHAT COMMAND...
  what=$1
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$patience" ] || { echo "$what did not come" >&2; exit 1; }
    sleep 1
  done
}

# 2. The service. Enabling it enables its sockets too.
systemctl --no-reload unmask libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket
systemctl enable libvirtd.service
systemctl start libvirtd.socket

# 3. Networks
virsh net-start default
virsh net-autostart default
subnet=192.168.$PARAM_SUBNET
cat >exam-net.xml <<XML
<network>
  <name>exam</name>
  <forward mode='nat'/>
  <bridge name='virbr$PARAM_BRIDGE'/>
  <ip address='$subnet.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='$subnet.100' end='$subnet.200'/>
      <host mac='$(value .a.mac)' ip='$subnet.$PARAM_ADDRESS'/>
    </dhcp>
  </ip>
</network>
XML
virsh net-define exam-net.xml
virsh net-start exam
virsh net-autostart exam

# 4. Storage
virsh pool-build exam
virsh pool-start exam
virsh pool-autostart exam
virsh vol-create-as exam smartgo_a.qcow2 "${PARAM_VOLUME_SIZE}M" --format qcow2

# 5. Guest A. The answer file travels in the installer's initramfs: no server, no firewall.
sed -i "s/@HOSTNAME@/$PARAM_HOST_NAME/; s/@CODE@/$PARAM_CODE/" ks.cfg
virt-install --name smartgo_a --osinfo linux2024 --features smm.state=off \
  --memory "$PARAM_START_MEMORY,maxmemory=$PARAM_MAX_MEMORY" --vcpus "1,maxvcpus=$PARAM_MAX_VCPUS" \
  --disk vol=exam/smartgo_a.qcow2 --network "network=exam,mac=$(value .a.mac)" --graphics none \
  --location $images/lab.iso --initrd-inject ks.cfg --extra-args "console=ttyS0 quiet inst.ks=file:/ks.cfg" \
  --noautoconsole --wait 9 >install.log 2>&1 &
installer=$!

# 6 and 7. Guest B and its twin, copied while both are off
cp $images/smartgo_b.qcow2 $images/smartgo_b2.qcow2
sed -e 's/smartgo_b/smartgo_b2/g' -e '/<uuid>/d' -e '/<mac address/d' backup/smartgo_b.xml >twin.xml
virsh define backup/smartgo_b.xml
virsh define twin.xml

# 1 and 12. Report and answers
status=0
virt-host-validate qemu >/dev/null || status=$?
cat >ready.json <<JSON
{"extension": "$(grep -Ewom1 'vmx|svm' /proc/cpuinfo | head -n 1)", "cpus": $(grep -Ewc 'vmx|svm' /proc/cpuinfo), "nested": true,
 "memory_mib": $(awk '/^MemTotal:/ {print int($2/1024)}' /proc/meminfo), "validate_exit": $status}
JSON
letter() { echo "${1:$2:1}"; }
echo "{\"ring\": \"$(letter bcd "$PARAM_RING")\", \"type\": \"$(letter bda "$PARAM_TYPE")\", \"witness\": \"$(letter cbd "$PARAM_WITNESS")\"}" >answers.json

# 5 again: virt-install ends when the system is installed and the guest started from its disk
wait $installer || { cat install.log >&2; exit 1; }
virsh autostart smartgo_a # 8
# Asked again when its agent has come, or ten seconds are over: asking costs time of the processor on which the guest boots.
agent() {
  virsh qemu-agent-command --timeout 3 "$1" '{"execute":"guest-ping"}' || { virsh event --domain "$1" --event agent-lifecycle --timeout 10; false; }
}
until_true "smartgo_a's system" agent smartgo_a

# 9 and 10. More for the running guest, for this run only
virsh setvcpus smartgo_a "$PARAM_HOT_VCPUS" --live
virsh setmem smartgo_a "${PARAM_BALLOON_MEMORY}M" --live

# 6, 7 and 11. B and its twin run; then the edit, of the stored definition only
virsh start smartgo_b
virsh start smartgo_b2
virsh desc smartgo_b --title --config "SmartGo B $PARAM_TITLE"
virsh setvcpus smartgo_b "$PARAM_B_MAX_VCPUS" --maximum --config

until_true "smartgo_b's system" agent smartgo_b
until_true "smartgo_b2's system" agent smartgo_b2
leases() { [ "$(virsh net-dhcp-leases default | grep -c ipv4)" -ge 2 ]; }
until_true "two addresses on default" leases
online() { [ "$(virsh vcpucount smartgo_a --guest)" = "$PARAM_HOT_VCPUS" ]; }
until_true "the CPUs of smartgo_a" online
full() { virsh qemu-monitor-command smartgo_a --hmp info balloon | grep -q "actual=$PARAM_BALLOON_MEMORY"; }
until_true "the memory of smartgo_a" full
