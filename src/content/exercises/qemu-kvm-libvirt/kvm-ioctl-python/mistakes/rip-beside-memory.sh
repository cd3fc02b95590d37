# expect: guest-adds, halts
# undo: mv /root/kvm/hello.kept /root/kvm/hello.py
# The guest begins at 0, where it has no memory: the first fetch leaves it nothing to run.
set -eu
cp /root/kvm/hello.py /root/kvm/hello.kept
sed -i \
  -e 's|^vm = .*|vm = fcntl.ioctl(kvm, KVM_CREATE_VM, 0)|' \
  -e 's|^\.\.\.  # TODO|fcntl.ioctl(vm, KVM_SET_USER_MEMORY_REGION, struct.pack("IIQQQ", 0, 0, 0x1000, 0x1000, address))|' \
  -e 's|^rip = .*|rip = 0x0|' \
  -e 's|^    \.\.\.  # TODO|    fcntl.ioctl(vcpu, KVM_RUN, 0)|' \
  /root/kvm/hello.py
