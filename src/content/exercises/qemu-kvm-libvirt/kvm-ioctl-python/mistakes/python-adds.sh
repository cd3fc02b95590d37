# expect: machine, guest-adds, halts
# undo: mv /root/kvm/hello.kept /root/kvm/hello.py
# The digit is right, and no guest has computed it.
set -eu
cp /root/kvm/hello.py /root/kvm/hello.kept
printf 'import sys\nprint("KVM_EXIT_IO port 0xe9:", repr(str(int(sys.argv[1]) + int(sys.argv[2]))))\nprint("KVM_EXIT_HLT")\n' > /root/kvm/hello.py
