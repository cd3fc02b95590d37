# expect: guest, screen, disc, script
# All is right on paper, and nobody has run it.
set -eu
cat >/root/new.sh <<'END'
disc=/var/lib/libvirt/images/CentOS-7-x86_64-DVD-1804.iso
mv /root/CentOS-7-x86_64-DVD-1804.iso $disc
virt-install --name smartgo1 --osinfo centos7.0 --memory 512 --vcpus 1 --network network=default \
  --disk path=/var/lib/libvirt/images/smartgo1.img,size=8,format=qcow2 --graphics vnc,listen=127.0.0.1,port=5920 --cdrom $disc --noautoconsole
END
printf '%s\n' os-type os-variant keymap listen cdrom >>/root/faults.txt
