# expect: kernel-noted
# The version of the build is not the release.
set -eu
uname -v > /root/kernel.txt
