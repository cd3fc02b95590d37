import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK, type JWTPayload, SignJWT } from "jose";
import { z } from "zod";
import { LabError } from "../errors.ts";

/** Platforms keep our keys for a while: a new one is shown for so long before it signs. In milliseconds. */
const SHOWN_FIRST_MS = 3600_000;
/** A key is replaced after this time, in milliseconds. */
const ROTATE_AFTER_MS = 90 * 24 * 3600_000;
const ALGORITHM = "RS256";

const fileSchema = z.strictObject({
  /** Newest first. */
  keys: z.array(z.strictObject({ kid: z.string().min(1), at: z.iso.datetime(), key: z.looseObject({ kty: z.literal("RSA"), d: z.string() }) })).min(1),
});
type StoredKey = z.infer<typeof fileSchema>["keys"][number];

/**
 * The keys with which the lab signs what it says to platforms, in a file for the server's user alone. Whoever has them can
 * give grades in the lab's name. There are two at most: the newest, and the one before it, which still verifies.
 */
export class ToolKeys {
  readonly #file: string;
  readonly #now: () => number;
  #keys: readonly StoredKey[];

  private constructor(file: string, keys: readonly StoredKey[], now: () => number) {
    this.#file = file;
    this.#keys = keys;
    this.#now = now;
  }

  /** Opens the keys in a state folder; the first one is made when there is none. */
  static async open(stateDir: string, now: () => number = Date.now): Promise<ToolKeys> {
    const folder = join(stateDir, "keys");
    const file = join(folder, "lti-tool.json");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    const keys = new ToolKeys(file, text === undefined ? [] : parse(file, text), now);
    if (text === undefined) await keys.rotate();
    return keys;
  }

  /** What platforms verify us with. */
  get publicKeys(): JSONWebKeySet {
    return { keys: this.#keys.map(({ kid, key: { kty, n, e } }) => ({ kty, n, e, kid, alg: ALGORITHM, use: "sig" }) as JWK) };
  }

  /** A JWT of these claims. */
  async sign(claims: JWTPayload): Promise<string> {
    const shownSince = this.#now() - SHOWN_FIRST_MS;
    const signs = this.#keys.find(({ at }) => Date.parse(at) <= shownSince) ?? this.#keys.at(-1);
    if (signs === undefined) throw new LabError("internal", { log: `${this.#file} has no key` });
    return new SignJWT(claims).setProtectedHeader({ alg: ALGORITHM, kid: signs.kid, typ: "JWT" }).sign(await importJWK(signs.key as JWK, ALGORITHM));
  }

  /** Makes a new key and drops all but the one that was newest. */
  async rotate(): Promise<void> {
    const { privateKey } = await generateKeyPair(ALGORITHM, { modulusLength: 2048, extractable: true });
    const key = await exportJWK(privateKey);
    const made = { kid: await calculateJwkThumbprint(key), at: new Date(this.#now()).toISOString(), key: key as StoredKey["key"] };
    const keys = [made, ...this.#keys.slice(0, 1)];
    await writeFile(`${this.#file}.new`, `${JSON.stringify({ keys })}\n`, { mode: 0o600 });
    await rename(`${this.#file}.new`, this.#file);
    this.#keys = keys;
  }

  /** Makes a new key when the newest is old. To be called now and then. */
  async rotateWhenOld(): Promise<void> {
    const newest = this.#keys[0];
    if (newest === undefined || Date.parse(newest.at) < this.#now() - ROTATE_AFTER_MS) await this.rotate();
  }
}

function parse(file: string, text: string): StoredKey[] {
  try {
    return fileSchema.parse(JSON.parse(text)).keys;
  } catch (cause) {
    const log = `${file} is not as it was written. Remove it: a new key is made, and platforms fetch it by themselves.`;
    throw new LabError("internal", { log, cause });
  }
}
