import { defineChecks, failed, type Outcome, passed } from "../../../../../lab-server/grading/check.ts";
import { notRunning } from "../../../../../lab-server/grading/judges/running.ts";
import { textFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import type { Xml } from "../../../../../lab-server/grading/probes/xml.ts";

const GUEST = "smartgo_01";
const POOL = "lab";
const TARGET = "/srv/lab";
const FIRST = "d1.qcow2";
const SECOND = "d2.qcow2";
const GIB = 1024 ** 3;
const VDB = "//disk[target/@dev='vdb']";

/** Of the disk vdb in a definition: its file, its format, and the volume where it is named as one; undefined when there is no vdb. */
function vdb(xml: Xml | undefined): { readonly file: string; readonly format: string } | undefined {
  if (xml === undefined || !xml.has(VDB)) return undefined;
  const volume = xml.value(`${VDB}/source/@volume`);
  const file = volume === undefined ? (xml.value(`${VDB}/source/@file`) ?? xml.value(`${VDB}/source/@dev`) ?? "-") : `${TARGET}/${volume}`;
  return { file, format: xml.value(`${VDB}/driver/@type`) ?? "raw" };
}

function pool(libvirt: LibvirtFacts): Outcome {
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected: {
        en: `The pool ${POOL} is a directory pool on ${TARGET}: active, persistent, autostarted.`,
        "zh-cn": `存储池 ${POOL} 是位于 ${TARGET} 的目录池：活动、持久、自动启动。`,
      },
      found: { en, "zh-cn": zh },
      look: { en: `\`virsh pool-list --all\`, \`virsh pool-info ${POOL}\`.`, "zh-cn": `看 \`virsh pool-list --all\` 和 \`virsh pool-info ${POOL}\`。` },
    });
  const one = libvirt.pool(POOL);
  if (one === undefined) return wrong(`There is no pool ${POOL}.`, `没有存储池 ${POOL}。`);
  const target = one.xml.value("/pool/target/path");
  if (target !== TARGET) return wrong(`Its target is ${target ?? "-"}.`, `它的目标是 ${target ?? "-"}。`);
  const type = one.xml.value("/pool/@type");
  if (type !== "dir") return wrong(`It is of type ${type ?? "-"}.`, `它的类型是 ${type ?? "-"}。`);
  if (!one.active) {
    return wrong(
      "It is defined and not active. A pool whose directory is missing cannot start: it must be built first.",
      "它有定义，但没有启动。目录不存在的池启动不了，要先构建。",
    );
  }
  if (!one.persistent)
    return wrong("It is transient, and gone after the next boot: made by pool-create.", "它是临时的，下次开机就没了：是用 pool-create 造的。");
  if (!one.autostart) return wrong("It is active now, and does not start with the host.", "它现在是活动的，但不会随宿主机启动。");
  return passed({ en: `${POOL} is active, persistent and autostarted.`, "zh-cn": `${POOL} 是活动的、持久的，并自动启动。` });
}

function volumes(libvirt: LibvirtFacts, files: readonly string[]): Outcome {
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected: {
        en: `libvirt lists ${FIRST} (1 GiB) and ${SECOND} in ${POOL}, both QCOW2.`,
        "zh-cn": `libvirt 在 ${POOL} 里列出 ${FIRST}（1 GiB）和 ${SECOND}，都是 QCOW2。`,
      },
      found: { en, "zh-cn": zh },
      look: { en: `\`virsh vol-list ${POOL} --details\`, \`ls -l ${TARGET}\`.`, "zh-cn": `看 \`virsh vol-list ${POOL} --details\` 和 \`ls -l ${TARGET}\`。` },
    });
  const one = libvirt.pool(POOL);
  if (one === undefined || !one.active) return wrong("The pool does not run, so libvirt lists nothing.", "存储池没有运行，libvirt 什么也列不出来。");
  for (const name of [FIRST, SECOND]) {
    const volume = one.volumes.find((each) => each.name === name);
    if (volume === undefined) {
      return files.includes(name)
        ? wrong(
            `The file ${TARGET}/${name} is there, but libvirt has not looked since it was made: refresh the pool.`,
            `文件 ${TARGET}/${name} 是有的，但它创建之后 libvirt 没有再看过：请刷新存储池。`,
          )
        : wrong(`There is no ${name}.`, `没有 ${name}。`);
    }
    const format = volume.xml.value("/volume/target/format/@type");
    if (format !== "qcow2") return wrong(`${name} is ${format ?? "-"}, whatever its name ends in.`, `不管名字怎么写，${name} 的格式是 ${format ?? "-"}。`);
    const bytes = volume.xml.number("/volume/capacity") ?? 0;
    if (name === FIRST && bytes !== GIB)
      return wrong(`${name} has a capacity of ${Math.round(bytes / 1024 / 1024)} MiB.`, `${name} 的容量是 ${Math.round(bytes / 1024 / 1024)} MiB。`);
  }
  return passed({ en: `${FIRST} and ${SECOND} are listed, both QCOW2.`, "zh-cn": `${FIRST} 和 ${SECOND} 都列出来了，都是 QCOW2。` });
}

function attached(libvirt: LibvirtFacts): Outcome {
  const stopped = notRunning(libvirt.state(GUEST));
  if (stopped !== undefined) return stopped;
  const wrong = (en: string, zh: string): Outcome =>
    failed({
      expected: {
        en: `${TARGET}/${FIRST} is vdb of ${GUEST}, as QCOW2, live and in the stored definition.`,
        "zh-cn": `${TARGET}/${FIRST} 以 QCOW2 格式作为 ${GUEST} 的 vdb，运行时和持久定义里都有。`,
      },
      found: { en, "zh-cn": zh },
      look: {
        en: `\`virsh domblklist ${GUEST} --details\`, and the same with --inactive; the format is in \`virsh dumpxml ${GUEST} --xpath //disk/driver\`.`,
        "zh-cn": `看 \`virsh domblklist ${GUEST} --details\`，再加 --inactive 看一遍；格式见 \`virsh dumpxml ${GUEST} --xpath //disk/driver\`。`,
      },
    });
  const guest = libvirt.guest(GUEST);
  const live = vdb(guest?.live);
  const stored = vdb(guest?.config);
  if (live === undefined && stored === undefined) return wrong("It has no disk vdb.", "它没有 vdb 这块磁盘。");
  for (const [where, disk] of [["The running guest", live] as const, ["The stored definition", stored] as const]) {
    const zhWhere = where === "The running guest" ? "运行中的客户机" : "保存的定义";
    if (disk === undefined) {
      return where === "The running guest"
        ? wrong("Only the stored definition has it: the running guest gets it at its next start.", "只有保存的定义里有：运行中的客户机要下次启动才有。")
        : wrong("Only the running guest has it: it is gone when the guest is switched off.", "只有运行中的客户机有：一关机就没了。");
    }
    if (disk.file !== `${TARGET}/${FIRST}`) return wrong(`${where} has ${disk.file} as vdb.`, `${zhWhere}里，vdb 是 ${disk.file}。`);
    if (disk.format !== "qcow2") {
      return wrong(
        `${where} takes it for ${disk.format}: the guest sees the file instead of what is in it.`,
        `${zhWhere}把它当成 ${disk.format}：客户机看到的是文件本身，而不是里面的内容。`,
      );
    }
  }
  return passed({ en: `vdb is ${TARGET}/${FIRST}, live and stored.`, "zh-cn": `vdb 是 ${TARGET}/${FIRST}，运行时和持久定义里都有。` });
}

function guestDisk(libvirt: LibvirtFacts): Outcome {
  const stopped = notRunning(libvirt.state(GUEST));
  if (stopped !== undefined) return stopped;
  const said = libvirt.inside("vdb").output.trim();
  const bytes = said === "" ? undefined : Number(said) * 512;
  if (bytes === GIB) return passed({ en: "The guest sees vdb with 1 GiB.", "zh-cn": "客户机看到 1 GiB 的 vdb。" });
  return failed({
    expected: { en: "The guest sees a disk vdb of 1 GiB.", "zh-cn": "客户机看到一块 1 GiB 的磁盘 vdb。" },
    found:
      bytes === undefined
        ? { en: "It sees no vdb.", "zh-cn": "它没有看到 vdb。" }
        : bytes < GIB / 100
          ? {
              en: `It sees a vdb of ${Math.round(bytes / 1024)} KiB: the QCOW2 file itself, taken for a raw disk.`,
              "zh-cn": `它看到的 vdb 只有 ${Math.round(bytes / 1024)} KiB：那是被当成 raw 磁盘的 QCOW2 文件本身。`,
            }
          : { en: `It sees a vdb of ${Math.round(bytes / 1024 / 1024)} MiB.`, "zh-cn": `它看到的 vdb 是 ${Math.round(bytes / 1024 / 1024)} MiB。` },
    look: { en: "In the guest: `lsblk`.", "zh-cn": "在客户机里运行 `lsblk`。" },
  });
}

export default defineChecks({
  baseline: {},
  facts: {
    libvirt: libvirtFacts({ inside: { vdb: { guest: GUEST, command: "cat /sys/block/vdb/size 2>/dev/null; true" } } }),
    files: textFrom(`ls ${TARGET} 2>/dev/null; true`),
  },
  tasks: {
    pool: ({ libvirt }) => pool(libvirt),
    volumes: ({ libvirt, files }) => volumes(libvirt, files.split("\n")),
    attached: ({ libvirt }) => attached(libvirt),
    "guest-disk": ({ libvirt }) => guestDisk(libvirt),
  },
});
