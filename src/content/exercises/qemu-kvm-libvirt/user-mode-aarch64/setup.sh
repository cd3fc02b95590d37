set -eu
# A program for another processor: 156 bytes of ELF header and AArch64 code, then the 19 characters that it writes. The word is this
# learner's own. The last line belongs to no segment: it is in the file, and the program never writes it.
mkdir -p /root/qemu
word=$(od -An -N4 -tx4 /dev/urandom)
word=${word# }
{
  base64 -d <<'END'
f0VMRgIBAQAAAAAAAAAAAAIAtwABAAAAeABAAAAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAEAAOAAB
AAAAAAAAAAEAAAAFAAAAAAAAAAAAAAAAAEAAAAAAAAAAQAAAAAAArwAAAAAAAACvAAAAAAAAAAAQ
AAAAAAAAIACA0gEIoNKBE4DyYgKA0ggIgNIBAADUAACA0qgLgNIBAADU
END
  printf 'arm64 says %s\n' "${word%?}"
  printf 'this line is in the file, and nobody says it\n'
} > /root/qemu/hello-arm64
chmod 755 /root/qemu/hello-arm64
