# expect: files-kept
# Makes the programs ask for another library instead of giving them another one.
set -eu
cd /root/print
./word Dear Ms Li
./excel 3 4 5
ln -s liblp-laser.so liblp.so.2
sed -i 's/liblp\.so\.1/liblp.so.2/' word excel
./word Dear Ms Li
./excel 3 4 5
