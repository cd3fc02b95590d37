import { z } from "zod";
import type { Probe } from "../check.ts";
import { jsonFrom } from "./host.ts";

const schema = z.object({
  path: z.string(),
  format: z.string().nullable(),
  bytes: z.int().nullable(),
  bootable: z.boolean(),
  complaint: z.string(),
});
/**
 * What a guest that was just made has left in the host: the file behind its first disk (`path` is empty when it has none; `format` and
 * `bytes` are null when the file is not there; `bootable` when a boot loader is in its first sector), and what QEMU complained of in its last start.
 */
export type Traces = z.infer<typeof schema>;

/** The stored definition's disk comes first: a transient guest has the running one only. A volume is named without its folder. */
export function tracesOf(name: string, pool = "/var/lib/libvirt/images"): Probe<Traces> {
  return jsonFrom(
    schema,
    `
listed() { virsh -c qemu:///system domblklist ${name} --details "$@" 2>/dev/null; }
table=$(listed --inactive || listed || true)
path=$(awk '$2 == "disk" { sub(/^ *[^ ]+ +[^ ]+ +[^ ]+ +/, ""); sub(/ +$/, ""); print; exit }' <<<"$table")
case "$path" in /* | "" | -) ;; *) path=${pool}/$path ;; esac
info='{}' bootable=false
if [ -f "$path" ]; then
  info=$(qemu-img info -U --output=json "$path" 2>/dev/null) || info='{}'
  sector=$(qemu-io -r -U -f "$(jq -r '.format // "raw"' <<<"$info")" -c 'read -v 0 512' "$path" 2>/dev/null) || sector=
  code=$(awk '/^00000000:/ { print $2 }' <<<"$sector")
  mark=$(awk '/^000001f0:/ { print $16 $17 }' <<<"$sector")
  if [ "$mark" = 55aa ] && [ "$code" != 00 ]; then bootable=true; fi
fi
complaint=$(awk '/: starting up / { said = "" } /qemu-system-[a-z0-9_]+: / && !/terminating on signal/ { said = $0 } END { print said }' /var/log/libvirt/qemu/${name}.log 2>/dev/null) || complaint=
jq --arg path "$path" --argjson bootable $bootable --arg complaint "$complaint" \\
  '{path: $path, format: (.format // null), bytes: (."virtual-size" // null), bootable: $bootable, complaint: $complaint}' <<<"$info"
`,
  );
}
