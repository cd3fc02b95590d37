/** Numbers of the X-ray as text. Units are the same in both languages. */

/** A size given in MiB: `512 MiB`, `1.3 MiB`, `1.5 GiB`. Sizes that are no round GiB stay in MiB up to 4 GiB, as virsh is told them. */
export function size(mib: number): string {
  if (mib >= 4096 || (mib >= 1024 && mib % 1024 === 0)) return `${upTo(mib / 1024, 1)} GiB`;
  return `${mib < 10 ? upTo(mib, 1) : Math.round(mib)} MiB`;
}

/** A share of one CPU: `7 %`, `132 %` for more than one. */
export function share(cpu: number): string {
  return `${Math.round(Math.max(0, cpu) * 100)} %`;
}

/** A rate per second, without its unit: `0`, `0.4`, `1 234`. */
export function rate(perSecond: number): string {
  if (perSecond > 0 && perSecond < 10) return upTo(perSecond, 1);
  return grouped(Math.round(perSecond));
}

/** Bytes per second: `0 B/s`, `12 kB/s`. */
export function bytes(perSecond: number): string {
  if (perSecond < 1000) return `${Math.round(perSecond)} B/s`;
  if (perSecond < 1_000_000) return `${upTo(perSecond / 1000, perSecond < 10_000 ? 1 : 0)} kB/s`;
  return `${upTo(perSecond / 1_000_000, 1)} MB/s`;
}

/** The last part of a path; names are long, and the whole is in the card. */
export function fileName(path: string): string {
  return path.split("/").findLast((part) => part !== "") ?? path;
}

const upTo = (value: number, digits: number): string => String(Number(value.toFixed(digits)));
/** Thousands apart by a thin space, which reads in every language. */
const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, "\u2009");
