# expect: service, at-boot
# undo: sed -i /smartgo-hello/d /root/.bashrc
# A shell reads this file when somebody logs in.
set -eu
echo /usr/local/bin/smartgo-hello >>/root/.bashrc
