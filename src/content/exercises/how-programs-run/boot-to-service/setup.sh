# A program that wants to be started by the boot.
set -eu
mkdir -p /var/lib/smartgo
cat >/usr/local/bin/smartgo-hello <<'END'
#!/bin/sh
# Adds one line to /var/lib/smartgo/boot.log: how long the kernel has been up, which boot this is, and who has started it.
read -r up _ </proc/uptime
read -r boot </proc/sys/kernel/random/boot_id
read -r parent </proc/$PPID/comm
echo "$up s after the kernel, boot $boot, started by $parent" >>/var/lib/smartgo/boot.log
END
chmod +x /usr/local/bin/smartgo-hello
