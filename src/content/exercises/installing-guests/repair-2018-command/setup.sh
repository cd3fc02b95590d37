set -eu
# The disc under the name and in the place that the notes give it. A second name for the same file: it is large.
ln /var/lib/libvirt/images/lab.iso /root/CentOS-7-x86_64-DVD-1804.iso
cat >/root/old.sh <<'END'
virt-install \
        --name=smartgo1 \
        --graphics vnc,listen=0.0.0.0,port=5920,keymap=en_us \
        --ram=512 \
        --vcpus=1 \
        --arch=x86_64 \
        --os-type=linux \
        --os-variant=rhel7 \
        --disk path=/var/lib/libvirt/images/smartgo1.img,size=8,format=qcow2 \
        --bridge=virbr0 \
        --cdrom=/root/CentOS-7-x86_64-DVD-1804.iso
END
cat >/root/faults.txt <<'END'
# A line for each fault of old.sh: the word of the option, then what is wrong with it. An example from another command:
# vncport: is part of --graphics today
END
