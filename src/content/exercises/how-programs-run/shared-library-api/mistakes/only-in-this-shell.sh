# expect: driver-switched
# undo: rm /root/print/paper.txt
# The other driver for these two runs alone.
set -eu
cd /root/print
./word Dear Ms Li
./excel 3 4 5
export LD_PRELOAD=/root/print/liblp-laser.so
./word Dear Ms Li
./excel 3 4 5
