# expect: at-boot
# undo: rm /etc/systemd/system/smartgo-hello.service; systemctl daemon-reload
# enable says that there is nothing to link, and is not heard.
set -eu
cat >/etc/systemd/system/smartgo-hello.service <<'END'
[Service]
Type=oneshot
ExecStart=/usr/local/bin/smartgo-hello
END
systemctl enable smartgo-hello
