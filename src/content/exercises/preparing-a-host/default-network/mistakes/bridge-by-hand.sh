# expect: active, lasting, address
# undo: ip link del virbr0
# It looks like the network, and libvirt does not know it.
set -eu
ip link add virbr0 type bridge
ip addr add 192.168.122.1/24 dev virbr0
ip link set virbr0 up
