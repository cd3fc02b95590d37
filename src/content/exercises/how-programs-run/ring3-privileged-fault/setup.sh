# A runner for single CPU instructions, and a list of them.
set -eu
mkdir -p /root/ring
cd /root/ring
cat >run.py <<'END'
"""Runs machine code, given as hexadecimal digits, inside this process: in ring 3."""
import ctypes, mmap, sys

page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
# push rbx, the code, pop rbx, ret: cpuid would otherwise leave its answer in a register that Python still needs.
page.write(b"\x53" + bytes.fromhex(sys.argv[1]) + b"\x5b\xc3")
call = ctypes.CFUNCTYPE(ctypes.c_uint32)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
print("no fault, eax =", hex(call()))
END
cat >instructions <<'END'
add 83c001
cpuid 0fa2
hlt f4
cli fa
in e460
rdmsr 0f32
mov-cr3 0f20d8
ud2 0f0b
END
