set -eu
# A hypervisor with four lines missing.
mkdir -p /root/kvm
cat > /root/kvm/hello.py <<'END'
#!/usr/bin/python3
"""A hypervisor. Usage: hello.py A B   makes a machine of 4 KiB that adds A and B and prints the digit (A + B below 10)."""
import ctypes, fcntl, mmap, os, struct, sys

# linux/kvm.h, as numbers. The file descriptor that each request goes to stands behind it.
KVM_GET_API_VERSION = 0xAE00         # kvm
KVM_CREATE_VM = 0xAE01               # kvm; gives the descriptor vm
KVM_GET_VCPU_MMAP_SIZE = 0xAE04      # kvm
KVM_CREATE_VCPU = 0xAE41             # vm; gives the descriptor vcpu
KVM_SET_USER_MEMORY_REGION = 0x4020AE46  # vm; struct: slot, flags (32 bits each), guest_phys_addr, memory_size, userspace_addr (64 each)
KVM_RUN = 0xAE80                     # vcpu
KVM_SET_REGS, KVM_GET_SREGS, KVM_SET_SREGS = 0x4090AE82, 0x8138AE83, 0x4138AE84  # vcpu
EXITS = {2: "KVM_EXIT_IO", 5: "KVM_EXIT_HLT", 6: "KVM_EXIT_MMIO", 8: "KVM_EXIT_SHUTDOWN", 9: "KVM_EXIT_FAIL_ENTRY", 17: "KVM_EXIT_INTERNAL_ERROR"}

a, b = int(sys.argv[1]), int(sys.argv[2])
kvm = os.open("/dev/kvm", os.O_RDWR | os.O_CLOEXEC)
assert fcntl.ioctl(kvm, KVM_GET_API_VERSION) == 12

# 1. A machine.
vm = ...  # TODO

# The guest's software, 12 bytes, for a CPU that wakes up in 16-bit mode:
#   mov dx,0xe9 ; add al,bl ; add al,'0' ; out dx,al ; mov al,'\n' ; out dx,al ; hlt
code = bytes.fromhex("bae900 00d8 0430 ee b00a ee f4")
memory = mmap.mmap(-1, 0x1000, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
memory[: len(code)] = code
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))

# 2. Memory: these 4 KiB of ours are the guest's, at its physical address 0x1000.
...  # TODO

# A processor, and the page through which it tells us why it stopped.
vcpu = fcntl.ioctl(vm, KVM_CREATE_VCPU, 0)
run = mmap.mmap(vcpu, fcntl.ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE), mmap.MAP_SHARED)
sregs = bytearray(312)
fcntl.ioctl(vcpu, KVM_GET_SREGS, sregs)
struct.pack_into("Q", sregs, 0, 0)   # cs.base
struct.pack_into("H", sregs, 12, 0)  # cs.selector
fcntl.ioctl(vcpu, KVM_SET_SREGS, sregs)

# 3. Where it begins.
rip = ...  # TODO
regs = [0] * 18                      # rax rbx rcx rdx rsi rdi rsp rbp r8-r15 rip rflags
regs[0], regs[1], regs[16], regs[17] = a, b, rip, 2
fcntl.ioctl(vcpu, KVM_SET_REGS, struct.pack("18Q", *regs))

while True:
    # 4. The guest's turn. The call comes back when the guest needs us.
    ...  # TODO
    reason = struct.unpack_from("I", run, 8)[0]
    print(EXITS.get(reason, reason), end=" ")
    if reason != 2:
        print()
        break
    direction, size, port, count, offset = struct.unpack_from("BBHIQ", run, 32)
    print(f"port {port:#x}: {chr(run[offset])!r}")
END
chmod 755 /root/kvm/hello.py
