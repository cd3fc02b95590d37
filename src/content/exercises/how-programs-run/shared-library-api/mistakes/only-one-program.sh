# expect: laser-pages
# undo: cd /root/print; rm paper.txt; ln -sf liblp-dot.so liblp.so.1
# Forgets excel after the switch.
set -eu
cd /root/print
./word Dear Ms Li
./excel 3 4 5
ln -sf liblp-laser.so liblp.so.1
./word Dear Ms Li
