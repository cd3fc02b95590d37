# expect: service
# undo: systemctl disable smartgo-hello; rm /etc/systemd/system/smartgo-hello.service; systemctl daemon-reload
# Enabled, but systemd is no shell that knows this folder: ~ is not expanded.
set -eu
cat >/etc/systemd/system/smartgo-hello.service <<'END'
[Service]
Type=oneshot
ExecStart=~/../usr/local/bin/smartgo-hello

[Install]
WantedBy=multi-user.target
END
systemctl enable smartgo-hello
