set -eu
virsh suspend smartgo_01
virsh start smartgo_03
virsh shutdown smartgo_02
deadline=$((SECONDS + 150))
until [ "$(LC_ALL=C virsh domstate smartgo_02 | head -1)" = "shut off" ]; do
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "smartgo_02 did not shut down within 150 s" >&2
    exit 1
  fi
  sleep 2
done
