# expect: room
# host: shared
# /proc/meminfo counts in KiB.
set -eu
memory=$(awk '/^MemTotal:/ {print int($2/1024)}' /proc/meminfo)
free=$(df --output=avail -B1M /var/lib/libvirt/images | awk 'NR==2 {printf "%.1f", $1/1024}')
status=0
virt-host-validate qemu >/dev/null || status=$?
cat >/root/ready.json <<END
{"extension": "svm", "cpus": $(grep -Ewc "vmx|svm" /proc/cpuinfo), "modules": ["kvm", "kvm_amd"], "nested": true,
 "device_mode": "$(stat -c %a /dev/kvm)", "device_group": "$(stat -c %G /dev/kvm)", "memory_mib": $((memory * 1024)), "free_gib": $free, "validate_exit": $status}
END
