import { randomBytes } from "node:crypto";
import { newKeyPair, type SshKeyPair } from "../ssh-keys.ts";
import type { GuestAgent } from "./guest-agent.ts";

/** What makes a clone itself. */
export interface Identity {
  readonly name: string;
  /** 32 hexadecimal digits (machine-id(5)). */
  readonly machineId: string;
  /** The host's own key, by which we know it. */
  readonly hostKey: SshKeyPair;
  /** Our key, by which it knows us. */
  readonly clientKey: SshKeyPair;
}

export function newIdentity(id: string): Identity {
  const machineId = randomBytes(16);
  // A random UUID of version 4, as systemd makes it (machine-id(5)).
  machineId[6] = ((machineId[6] ?? 0) & 0x0f) | 0x40;
  machineId[8] = ((machineId[8] ?? 0) & 0x3f) | 0x80;
  return { name: `kvm-${id.slice(0, 6)}`, machineId: machineId.toString("hex"), hostKey: newKeyPair("host"), clientKey: newKeyPair("lab") };
}

/**
 * Makes a clone itself: clock, entropy, machine id, keys, name. The one place where what it shares with its twins
 * is replaced (`lab-host/host/files/usr/lib/lab/wake`). Must be over before anybody is let in.
 */
export async function becomeItself(agent: GuestAgent, identity: Identity): Promise<void> {
  const answers = {
    name: identity.name,
    machine_id: identity.machineId,
    seed: randomBytes(64).toString("base64"),
    host_key: Buffer.from(identity.hostKey.privateKey).toString("base64"),
    authorized_key: identity.clientKey.publicKey,
    clock: (Date.now() / 1000).toFixed(3),
  };
  const input = Object.entries(answers).map(([key, value]) => `${key}=${value}\n`);
  const result = await agent.exec("/usr/lib/lab/wake", [], input.join(""));
  if (result.code !== 0) throw new Error(`wake ended with ${result.code}: ${result.stderr.slice(0, 500)}`);
}

/** Starts a guest of one page on the host's /dev/kvm and sees it compute. Throws with what the host said when it does not. */
export async function proveGuestStarts(agent: GuestAgent): Promise<void> {
  const result = await agent.exec("/usr/lib/lab/prove-kvm", []);
  if (result.code !== 0) throw new Error(`no guest can start in this host: ${(result.stderr || result.stdout).slice(0, 500)}`);
}
