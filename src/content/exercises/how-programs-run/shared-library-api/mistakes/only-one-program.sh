# expect: laser-pages
# Forgets excel after the switch.
set -eu
cd /root/print
./word Dear Ms Li
./excel 3 4 5
ln -sf liblp-laser.so liblp.so.1
./word Dear Ms Li
