/**
 * Guest-to-host escapes of KVM that need nesting, and the first kernel of each stable branch that has the fix
 * (the kernel's own stable releases). A branch that is not named has no known fix below `mainline`.
 */
interface Escape {
  readonly cve: string;
  /** First fixed release of a branch, by branch. */
  readonly branches: Readonly<Record<string, number>>;
  /** Every branch after this one has the fix from its first release on. */
  readonly after: readonly [number, number];
  /** Where the fix came with a release candidate of the branch behind `after`: the first such candidate. */
  readonly candidate?: number;
}

const ESCAPES: readonly Escape[] = [
  {
    cve: "CVE-2026-53359",
    branches: { "7.1": 3, "6.18": 38, "6.12": 95, "6.6": 144, "6.1": 177, "5.15": 211, "5.10": 260 },
    after: [7, 1],
  },
  {
    cve: "CVE-2026-46113",
    branches: { "7.1": 3, "6.18": 38, "6.12": 95, "6.6": 144, "6.1": 177, "5.15": 211, "5.10": 260 },
    after: [7, 1],
  },
  { cve: "CVE-2026-64561", branches: { "7.1": 6, "6.12": 103 }, after: [7, 1], candidate: 5 },
];

/**
 * The escapes that a kernel may still have, by its release (`uname -r`). A distribution may have mended an older number:
 * we cannot see that, so the doubt counts against nesting and the operator may overrule it.
 */
export function kernelEscapes(release: string): string[] {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(release);
  if (match === null) return ESCAPES.map(({ cve }) => cve);
  const [major, minor, patch] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  const fixed = (hole: Escape): boolean => {
    const [afterMajor, afterMinor] = hole.after;
    const candidate = /-rc(\d+)/.exec(release)?.[1];
    if (major === afterMajor && minor === afterMinor + 1 && candidate !== undefined) return Number(candidate) >= (hole.candidate ?? 1);
    if (major > afterMajor || (major === afterMajor && minor > afterMinor)) return true;
    const first = hole.branches[`${major}.${minor}`];
    return first !== undefined && patch >= first;
  };
  return ESCAPES.filter((hole) => !fixed(hole)).map(({ cve }) => cve);
}
