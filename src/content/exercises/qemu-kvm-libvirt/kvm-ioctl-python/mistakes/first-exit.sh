# expect: halts
# undo: mv /root/kvm/hello.kept /root/kvm/hello.py
# The loop ends at the first exit: the digit is there, and the guest was left in the middle of its program.
set -eu
cp /root/kvm/hello.py /root/kvm/hello.kept
sed -i \
  -e 's|^vm = .*|vm = fcntl.ioctl(kvm, KVM_CREATE_VM, 0)|' \
  -e 's|^\.\.\.  # TODO|fcntl.ioctl(vm, KVM_SET_USER_MEMORY_REGION, struct.pack("IIQQQ", 0, 0, 0x1000, 0x1000, address))|' \
  -e 's|^rip = .*|rip = 0x1000|' \
  -e 's|^    \.\.\.  # TODO|    fcntl.ioctl(vcpu, KVM_RUN, 0)|' \
  /root/kvm/hello.py
sed -i 's|^    if reason != 2:|    if True:|' /root/kvm/hello.py
sed -i 's|^    if True:|    if reason == 2: print(repr(chr(run[struct.unpack_from("BBHIQ", run, 32)[4]])))\n    if True:|' /root/kvm/hello.py
