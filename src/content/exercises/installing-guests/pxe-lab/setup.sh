set -eu
echo "T-$(od -An -N3 -tx1 /dev/urandom | tr -d ' ')" >/root/ticket
