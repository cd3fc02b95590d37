# expect: prompt
# Without --noautoconsole, and with & instead: the prompt is back, and behind it virt-install waits for ever.
set -eu
export LIBVIRT_DEFAULT_URI=qemu:///system
virt-install --name smartgo2 --memory 512 --vcpus 1 --osinfo linux2024 \
  --disk path=/var/lib/libvirt/images/smartgo2.img,size=8,format=qcow2 --network network=default \
  --graphics vnc,listen=127.0.0.1,port=5930 --cdrom /var/lib/libvirt/images/lab.iso </dev/null >/root/virt-install.out 2>&1 &
deadline=$((SECONDS + 400))
until virsh domdisplay smartgo2 >/root/display.txt 2>/dev/null && virsh dominfo smartgo2 | grep -q 'Persistent: *yes'; do
  if [ "$SECONDS" -ge "$deadline" ]; then echo 'smartgo2 did not start:' >&2; cat /root/virt-install.out >&2; exit 1; fi
  sleep 2
done
