set -eu
uname -r > /root/kernel.txt
