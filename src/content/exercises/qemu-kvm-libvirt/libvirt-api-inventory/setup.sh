set -eu
# A second guest, with numbers of its own for each learner. It is defined only: it has no disk and is never started.
mkdir -p /root/api
vcpus=$((1 + RANDOM % 3))
memory=$((256 + 64 * (RANDOM % 8)))
cat > /run/smartgo_02.xml <<END
<domain type='kvm'><name>smartgo_02</name><memory unit='MiB'>$memory</memory><vcpu current='$vcpus'>$((vcpus + 2))</vcpu>
<os><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/></features>
<devices><controller type='usb' model='none'/><memballoon model='none'/></devices></domain>
END
virsh -q -c qemu:///system 'define /run/smartgo_02.xml; autostart smartgo_02'
rm /run/smartgo_02.xml
