import assert from "node:assert/strict";
import { test } from "node:test";
import { CHEAP_PASSWORDS, hashPassword, isPassword } from "./password.ts";

test("a password is kept at the cost that OWASP asks for, unless another is asked for", async () => {
  assert.match(await hashPassword("correct horse"), /^scrypt\$131072\$8\$1\$/);
  assert.match(await hashPassword("correct horse", CHEAP_PASSWORDS), /^scrypt\$16\$8\$1\$/);
});

test("a hash is asked at its own cost, and holds for that password alone, however its letters are put together", async () => {
  const hash = await hashPassword("caf\u00e9 with a view", CHEAP_PASSWORDS);
  assert.notEqual(hash, await hashPassword("caf\u00e9 with a view", CHEAP_PASSWORDS), "each has a salt of its own");
  assert.equal(await isPassword("caf\u00e9 with a view", hash), true);
  assert.equal(await isPassword("cafe\u0301 with a view", hash), true);
  assert.equal(await isPassword("cafe with a view", hash), false);
  assert.equal(await isPassword("", hash), false);
});

test("without a hash no password is right, and a broken one lets nobody in", async () => {
  for (const hash of [undefined, "", "scrypt", "plain$16$8$1$c2FsdA$a2V5", "scrypt$16$8$1$c2FsdA$"])
    assert.equal(await isPassword("", hash, CHEAP_PASSWORDS), false, hash);
});
