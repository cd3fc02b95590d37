# expect: files-kept
# cp follows the link: the first driver is overwritten.
set -eu
cd /root/print
./word Dear Ms Li
./excel 3 4 5
cp liblp-laser.so liblp.so.1
./word Dear Ms Li
./excel 3 4 5
