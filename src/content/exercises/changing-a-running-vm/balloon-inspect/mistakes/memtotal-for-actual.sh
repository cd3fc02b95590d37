# expect: host-side statistics
# host: shared
# The guest's MemTotal is less than what the balloon leaves to it.
set -eu
cat > /root/balloon.json <<'JSON'
{"model": "virtio", "actual": 455, "maximum": 1024, "pci": "1af4:1045", "driver": "virtio_balloon", "kernel": "m"}
JSON
virsh -c qemu:///system dommemstat smartgo_01
