# expect: prepared
# The memory is requested in the stored definition: it was never added to a running guest, and every start brings it again.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virsh dumpxml --inactive smartgo_04 | sed "s|<memory unit|<maxMemory slots='4' unit='MiB'>2048</maxMemory>\n&|" | virsh define /dev/stdin
cat >/root/virtio-mem.xml <<'XML'
<memory model='virtio-mem'>
  <target>
    <size unit='MiB'>512</size>
    <node>0</node>
    <block unit='MiB'>2</block>
    <requested unit='MiB'>256</requested>
  </target>
</memory>
XML
virsh attach-device smartgo_04 /root/virtio-mem.xml --config
virsh start smartgo_04
deadline=$((SECONDS + 300))
until virsh dumpxml smartgo_04 --xpath '//memory/target/current' | grep -q '>262144<' &&
  virsh qemu-agent-command --timeout 2 smartgo_04 '{"execute":"guest-ping"}' >/dev/null 2>&1; do
  if [ "$SECONDS" -ge "$deadline" ]; then echo 'smartgo_04 did not come up with its memory' >&2; exit 1; fi
  sleep 2
done
