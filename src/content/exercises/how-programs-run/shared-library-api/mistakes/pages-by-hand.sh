# expect: driver-switched, laser-pages
# undo: rm /root/print/paper.txt
# Prints with the first driver and writes the other pages into the file.
set -eu
cd /root/print
./word Dear Ms Li
./excel 3 4 5
sed 's/| dot |/| laser |/' paper.txt >more
cat more >>paper.txt
rm more
