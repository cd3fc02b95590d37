import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** What makes a guess dear (RFC 7914, 2). */
export interface PasswordCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP's password storage cheat sheet: N = 2^17, r = 8, p = 1; 128 MiB each time. */
export const PASSWORD_COST: PasswordCost = { N: 2 ** 17, r: 8, p: 1 };
/** For tests, of which the hashing would be most of the time. */
export const CHEAP_PASSWORDS: PasswordCost = { N: 2 ** 4, r: 8, p: 1 };
const BYTES = 32;
/** A class that signs in at once must not take the node's memory: so many are computed at a time. */
const AT_ONCE = 2;

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
  while (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    const { N, r } = cost;
    return await new Promise((resolve, reject) =>
      // The same letters must give the same bytes on every keyboard (NIST SP 800-63B, 5.1.1.2).
      scrypt(password.normalize("NFKC"), salt, BYTES, { ...cost, maxmem: 256 * N * r }, (error, key) => (error === null ? resolve(key) : reject(error))),
    );
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** What is kept of a password: the cost, the salt and the key that scrypt (RFC 7914) makes of them. */
export async function hashPassword(password: string, cost = PASSWORD_COST): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost);
  return ["scrypt", cost.N, cost.r, cost.p, salt.toString("base64url"), key.toString("base64url")].join("$");
}

/** Whether it is the password. Without a hash it takes the same time, by `cost`, and is not: who has an account is nobody's business. */
export async function isPassword(password: string, hash: string | undefined, cost = PASSWORD_COST): Promise<boolean> {
  const [kind, N, r, p, salt, key] = hash?.split("$") ?? [];
  if (kind !== "scrypt" || salt === undefined || key === undefined) {
    await derive(password, Buffer.alloc(16), cost);
    return false;
  }
  const kept = Buffer.from(key, "base64url");
  const derived = await derive(password, Buffer.from(salt, "base64url"), { N: Number(N), r: Number(r), p: Number(p) });
  return kept.length === derived.length && timingSafeEqual(kept, derived);
}
