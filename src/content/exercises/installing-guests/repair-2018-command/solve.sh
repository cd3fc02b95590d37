set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
cat >/root/new.sh <<'END'
virt-install \
  --name smartgo1 \
  --osinfo linux2024 \
  --memory 512 \
  --vcpus 1 \
  --disk path=/var/lib/libvirt/images/smartgo1.img,size=8,format=qcow2 \
  --network network=default \
  --graphics vnc,listen=127.0.0.1,port=5920 \
  --cdrom /var/lib/libvirt/images/lab.iso \
  --noautoconsole
END
cat >>/root/faults.txt <<'END'
--os-type: does nothing
--os-variant: the database has no rhel7
keymap: QEMU has en-us, and needs none
listen: the whole network gets this screen
--cdrom: libvirt-qemu cannot read /root
--ram: old, works
END
bash /root/new.sh
