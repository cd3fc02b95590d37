# expect: host-side guest-side
# undo: virsh dommemstat smartgo_01 --period 0 --live; rm /root/balloon.json
# KiB where MiB were asked for, and the first line that grep BALLOON printed.
set -eu
cat > /root/balloon.json <<'JSON'
{"model": "virtio", "actual": 524288, "maximum": 1048576, "pci": "1af4:1045", "driver": "virtio_balloon", "kernel": "y"}
JSON
virsh -c qemu:///system dommemstat smartgo_01 --period 2 --live
