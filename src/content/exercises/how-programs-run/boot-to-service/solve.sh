set -eu
cat >/etc/systemd/system/smartgo-hello.service <<'END'
[Unit]
Description=Greets every boot

[Service]
Type=oneshot
ExecStart=/usr/local/bin/smartgo-hello

[Install]
WantedBy=multi-user.target
END
systemctl enable smartgo-hello
