# expect: statistics
# undo: virsh dommemstat smartgo_01 --period 0 --config; rm /root/balloon.json
# The period is stored for the next start; the running guest goes on being silent.
set -eu
cat > /root/balloon.json <<'JSON'
{"model": "virtio", "actual": 512, "maximum": 1024, "pci": "1af4:1045", "driver": "virtio_balloon", "kernel": "m"}
JSON
virsh -c qemu:///system dommemstat smartgo_01 --period 2 --config
