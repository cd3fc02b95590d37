import { z } from "zod";
import type { Probe } from "../check.ts";
import { shellWord } from "../compose.ts";

/** What a guest that was made a moment ago has left in the host, besides what libvirt knows of it. */
export interface Traces {
  /** The file that its disk ought to be; undefined when there is none, or it is no image. */
  readonly file: { readonly format: string; readonly bytes: number } | undefined;
  /** Whether a boot loader is in the first sector of that file. */
  readonly bootable: boolean;
  /** What QEMU complained of in the guest's last start; empty when it did not. */
  readonly complaint: string;
}

const image = z.object({ format: z.string(), "virtual-size": z.int() });

/**
 * Each program that starts costs time on an emulated host, so few do. A file with less than 64 MiB written to it holds no system, and is not looked
 * into. `x` is what says the code of the boot loader; the mark 55aa alone is there as soon as the disk is partitioned.
 */
export function tracesOf(name: string, path: string): Probe<Traces> {
  const file = shellWord(path);
  return {
    script: `
info= bootable=false
if [ -f ${file} ]; then
  info=$(qemu-img info -U --output=json ${file} 2>/dev/null) || info=
  if [ -n "$info" ] && [ "$(stat -Lc %b ${file})" -gt 131072 ]; then
    case "$info" in *'"format": "qcow2"'*) format=qcow2 ;; *) format=raw ;; esac
    sector=$(qemu-io -r -U -f $format -c 'read -v 0 512' ${file} 2>/dev/null) || sector=
    case "$sector" in *00000000:\\ \\ 00\\ *) ;; *000001f0:*\\ 55\\ aa\\ *) bootable=true ;; esac
  fi
fi
echo $bootable
complaint=$(awk '/: starting up / { said = "" } /qemu-system-[a-z0-9_]+: / && !/terminating on signal/ { said = $0 } END { print said }' /var/log/libvirt/qemu/${name}.log 2>/dev/null) || complaint=
echo "$complaint"
echo "$info"
`,
    read(output) {
      const [bootable, complaint, ...info] = output.split("\n");
      if (complaint === undefined || (bootable !== "true" && bootable !== "false")) throw new Error(`expected three lines, found ${JSON.stringify(output)}`);
      const json = info.join("\n").trim();
      const known = json === "" ? undefined : image.parse(JSON.parse(json));
      return { file: known && { format: known.format, bytes: known["virtual-size"] }, bootable: bootable === "true", complaint };
    },
  };
}
