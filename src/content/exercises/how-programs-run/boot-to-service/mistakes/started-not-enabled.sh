# expect: at-boot
# undo: rm /etc/systemd/system/smartgo-hello.service /var/lib/smartgo/boot.log; systemctl daemon-reload
# It runs now, and after the next boot nobody starts it.
set -eu
cat >/etc/systemd/system/smartgo-hello.service <<'END'
[Service]
Type=oneshot
ExecStart=/usr/local/bin/smartgo-hello

[Install]
WantedBy=multi-user.target
END
systemctl start smartgo-hello
