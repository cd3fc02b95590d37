set -eu
mkdir -p /root/ring
cd /root/ring

cat > run.py <<'X'
"""Runs one instruction in ring 3. It either says "no fault", or the processor refuses and the kernel ends it."""
import ctypes
import mmap
import sys

CODE = {
    "hlt": "f4",
    "cli": "fa",
    "mov-to-cr3": "0f22d8",
    "lgdt": "0f015424f0",
    "popf": "9c9d",
    "smsw": "0f01e0",
    "sgdt": "0f014424f0",
    "mov-from-cs": "8cc8",
    "add": "01c0",
    "nop": "90",
}
RET = "c3"

if len(sys.argv) != 2 or sys.argv[1] not in CODE:
    sys.exit("usage: run.py " + "|".join(CODE))
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(bytes.fromhex(CODE[sys.argv[1]] + RET))
ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
print(sys.argv[1] + ": no fault")
X

cat > popf.py <<'X'
"""Tries to switch the interrupts off with POPF, as a kernel may, and looks at the interrupt flag before and after."""
import ctypes
import mmap

INTERRUPT_FLAG = 1 << 9


def function(code):
    """The page must be kept for as long as the function is called."""
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(bytes.fromhex(code))
    return page, ctypes.CFUNCTYPE(ctypes.c_uint64)(ctypes.addressof(ctypes.c_char.from_buffer(page)))


# pushf; pop rax; ret
page_1, flags = function("9c58c3")
# pushf; and dword ptr [rsp], not 0x200; popf; pushf; pop rax; ret
page_2, flags_after_popf = function("9c812424fffdffff9d9c58c3")

print("IF before POPF:", int(bool(flags() & INTERRUPT_FLAG)))
print("IF after POPF: ", int(bool(flags_after_popf() & INTERRUPT_FLAG)))
X

cat > sort.json <<'X'
{
  "if_before": null,
  "if_after": null,
  "classes": {
    "hlt": "",
    "cli": "",
    "mov-to-cr3": "",
    "lgdt": "",
    "popf": "",
    "smsw": "",
    "sgdt": "",
    "mov-from-cs": "",
    "add": "",
    "nop": ""
  },
  "why": ""
}
X
