set -eu
mkdir -p /root/detect
cd /root/detect

cat > cpuid.py <<'X'
"""Asks the processor for CPUID leaf 0x40000000, in which a hypervisor writes its name. CPUID needs no privilege."""
import ctypes
import mmap

# push rbx; mov r8, rsi; mov eax, edi; xor ecx, ecx; cpuid; mov [r8], ebx; mov [r8+4], ecx; mov [r8+8], edx; pop rbx; ret
CODE = "53" "4989f0" "89f8" "31c9" "0fa2" "418918" "41894804" "41895008" "5b" "c3"

page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(bytes.fromhex(CODE))
cpuid = ctypes.CFUNCTYPE(None, ctypes.c_uint32, ctypes.c_char_p)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
answer = ctypes.create_string_buffer(12)

cpuid(1, answer)
inside = int.from_bytes(answer.raw[4:8], "little") >> 31 & 1
print("hypervisor bit:", inside)
if inside:
    cpuid(0x40000000, answer)
    print("signature:     ", answer.raw.decode(errors="replace").rstrip("\0"))
X

cat > detect.json <<'X'
{
  "host":  { "hypervisor": "", "kernel_says": "", "virtio": [] },
  "guest": { "hypervisor": "", "kernel_says": "", "virtio": [] },
  "guest_accelerator": ""
}
X
