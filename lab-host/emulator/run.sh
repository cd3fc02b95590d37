#!/bin/sh
# Runs the program of this name from the tree beside it, with the tree's own libraries (ld.so(8)). Must be called by its whole path.
tree=${0%/*}
name=${0##*/}
case $name in
  qemu-system-*) set -- -L "$tree/usr/share/qemu" -L "$tree/usr/share/seabios" "$@" ;;
esac
exec "$tree/usr/lib64/ld-linux-x86-64.so.2" --argv0 "$name" --library-path "$tree/usr/lib/x86_64-linux-gnu" "$tree/usr/bin/$name" "$@"
