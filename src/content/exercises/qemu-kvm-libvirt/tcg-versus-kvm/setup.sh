set -eu
# Two disks with the same 512 bytes of software, and the clock for the race. The software's source lies beside the clock.
mkdir -p /root/race
cat > /root/race/counter.s <<'END'
# A machine's whole software: the 512 bytes that the firmware reads from the disk and jumps to.
# It sleeps until a key comes in over the serial line, counts, says so, and sleeps again.
.code16
.globl _start
_start:
  cli
  xorw %ax,%ax
  movw %ax,%ds
  movw %ax,%ss
  movw $0x7c00,%sp
  movw $irq,0x30       # vector of IRQ 4: 0x0c * 4
  movw %ax,0x32
  cld
  movw $0x3f9,%dx      # 16550: interrupt when a byte has come
  movb $1,%al
  outb %al,%dx
  movw $0x3fc,%dx      # DTR, RTS, OUT2: without OUT2 no interrupt leaves the card
  movb $0x0b,%al
  outb %al,%dx
  movb $0xef,%al       # the timer and all the rest stay quiet
  outb %al,$0x21
  movw $ready,%si
  call say
1:cli
  cmpb $0,pressed
  jne 2f
  sti
  hlt
  jmp 1b
2:sti
  movw $begin,%si
  call say
  movl count,%ecx      # the loop that is timed
3:decl %ecx
  jnz 3b
  movb $0,pressed
  movw $end,%si
  call say
  jmp 1b
irq:                   # a key: take it, remember it
  pushw %ax
  pushw %dx
  movw $0x3f8,%dx
  inb %dx,%al
  movb $1,pressed
  movb $0x20,%al
  outb %al,$0x20
  popw %dx
  popw %ax
  iretw
say:                   # the text at %si, byte by byte
  lodsb
  testb %al,%al
  jz 9f
  movb %al,%ah
8:movw $0x3fd,%dx
  inb %dx,%al
  testb $0x20,%al
  jz 8b
  movb %ah,%al
  movw $0x3f8,%dx
  outb %al,%dx
  jmp say
9:ret
pressed: .byte 0
ready: .asciz "\r\nready, press a key\r\n"
begin: .asciz "counting ... "
end: .asciz "done\r\n"
.org 506
count: .long 30000000
.word 0xaa55
END
# What as and ld make of it: as --32 counter.s -o counter.o; ld -m elf_i386 -Ttext 0x7c00 --oformat binary counter.o
base64 -d > /var/lib/libvirt/images/counter_tcg.img <<'END'
+jHAjtiO0LwAfMcGMABTfKMyAPy6+QOwAe66/AOwC+6w7+Yhvn586DsA+oA+fXwAdQT79Ov0+76VfOgoAGaLDvp9Zkl1/MYGfXwAvqN86BQA69dQUrr4A+zG
Bn18AbAg5iBaWM+shMB0EojEuv0D7KggdPiI4Lr4A+7r6cMADQpyZWFkeSwgcHJlc3MgYSBrZXkNCgBjb3VudGluZyAuLi4gAGRvbmUNCgAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAw8kBVao=
END
# Firmware counts a disk in tracks, and reads nothing from one that has no whole track.
truncate -s 1M /var/lib/libvirt/images/counter_tcg.img
cp /var/lib/libvirt/images/counter_tcg.img /var/lib/libvirt/images/counter_kvm.img
cat > /root/race/bench <<'END'
#!/usr/bin/python3
"""bench GUEST: presses a key on the guest's serial console and times, by the host's clock, how long it counts."""
import sys, threading, time, libvirt

libvirt.registerErrorHandler(lambda context, error: None, None)
if len(sys.argv) != 2:
    sys.exit(__doc__)
# A machine that does not answer must not keep the terminal.
alarm = threading.Timer(90, lambda: (print("no answer from the guest's console", file=sys.stderr), __import__("os")._exit(1)))
alarm.daemon = True
alarm.start()
try:
    connection = libvirt.open("qemu:///system")
    console = connection.newStream()
    connection.lookupByName(sys.argv[1]).openConsole(None, console)
except libvirt.libvirtError as error:
    sys.exit(str(error))


def until(word):
    text = b""
    while word not in text:
        text += console.recv(1)


console.send(b"x")
# QEMU looks once a second whether somebody is at the console: a key may come too early.
again = threading.Timer(3, lambda: console.send(b"x"))
again.start()
until(b"counting")
began = time.monotonic()
again.cancel()
until(b"done")
print(f"{sys.argv[1]}: {time.monotonic() - began:.3f} s")
console.abort()
END
chmod 755 /root/race/bench
