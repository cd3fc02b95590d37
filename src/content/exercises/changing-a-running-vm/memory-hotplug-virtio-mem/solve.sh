set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virt-xml smartgo_04 --edit --memory maxMemory=2048,maxMemory.slots=4
cat >/root/virtio-mem.xml <<'XML'
<memory model='virtio-mem'>
  <target>
    <size unit='MiB'>512</size>
    <node>0</node>
    <block unit='MiB'>2</block>
    <requested unit='MiB'>0</requested>
  </target>
</memory>
XML
virsh attach-device smartgo_04 /root/virtio-mem.xml --config
virsh start smartgo_04
# The request waits for the driver, which the guest loads at the end of its boot, after its agent.
virsh update-memory-device smartgo_04 --requested-size 256M --live
deadline=$((SECONDS + 420))
until virsh dumpxml smartgo_04 --xpath '//memory/target/current' | grep -q '>262144<'; do
  if [ "$SECONDS" -ge "$deadline" ]; then echo 'smartgo_04 did not take the memory within 420 s' >&2; exit 1; fi
  sleep 2
done
