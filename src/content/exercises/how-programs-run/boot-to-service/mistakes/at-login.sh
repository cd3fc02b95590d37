# expect: service, at-boot
# A shell reads this file when somebody logs in.
set -eu
echo /usr/local/bin/smartgo-hello >>/root/.bashrc
