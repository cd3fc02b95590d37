# expect: machine, guest-adds, halts
# The digit is right, and no guest has computed it.
set -eu
printf 'import sys\nprint("KVM_EXIT_IO port 0xe9:", repr(str(int(sys.argv[1]) + int(sys.argv[2]))))\nprint("KVM_EXIT_HLT")\n' > /root/kvm/hello.py
