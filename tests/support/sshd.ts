import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { connectSsh, type SshConnection } from "../../lab-server/hosts/ssh.ts";
import { newKeyPair } from "../../lab-server/hosts/ssh-keys.ts";

export interface TestSshd {
  readonly port: number;
  readonly username: string;
  readonly privateKey: string;
  /** The public host key line. */
  readonly hostKey: string;
  readonly process: ChildProcess;
  /** A connection as the lab makes them. */
  connect(): Promise<SshConnection>;
  /** Ends sshd with all its sessions and removes its files. */
  stop(): Promise<void>;
}

/** The home folder's settings: every test sees the same prompt, and nobody's history is touched. */
const PROFILE = "HISTFILE=\nPS1='$ '\n";

/** A real sshd of its own on a free loopback port, with keys and settings in a temporary folder. Needs openssh-server. */
export async function startSshd(settings: readonly string[] = []): Promise<TestSshd> {
  const folder = await mkdtemp(join(tmpdir(), "ringside-sshd-"));
  const host = newKeyPair("host");
  const user = newKeyPair("user");
  const file = async (name: string, content: string, mode: number): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content, { mode });
    await chmod(path, mode);
    return path;
  };
  const port = await freePort();
  await file(".bash_profile", PROFILE, 0o644);
  const config = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${await file("host-key", host.privateKey, 0o600)}`,
    `AuthorizedKeysFile ${await file("authorized", `${user.publicKey}\n`, 0o600)}`,
    `SetEnv HOME=${folder} LANG=C.UTF-8`,
    "KexAlgorithms curve25519-sha256",
    "UsePAM no",
    "UseDNS no",
    "StrictModes no",
    "PermitRootLogin yes",
    "PasswordAuthentication no",
    "PrintMotd no",
    "PrintLastLog no",
    "PidFile none",
    ...settings,
  ];
  const path = await file("config", `${config.join("\n")}\n`, 0o600);
  await chmod(folder, 0o755);
  if (userInfo().uid === 0) await mkdir("/run/sshd", { recursive: true, mode: 0o755 });
  const sshd = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", path], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  sshd.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const failed = once(sshd, "exit").then(() => {
    throw new Error(`sshd ended: ${said}`);
  });
  failed.catch(() => {});
  const username = userInfo().username;
  const connect = (): Promise<SshConnection> => connectSsh({ port, username, privateKey: user.privateKey, hostKey: host.publicKey, readyTimeoutMs: 10_000 });
  const first = await Promise.race([connect(), failed]);
  first.close();
  return {
    port,
    username,
    privateKey: user.privateKey,
    hostKey: host.publicKey,
    process: sshd,
    connect,
    stop: async () => {
      // Its sessions are in groups of their own; without their connection they end by themselves.
      if (sshd.exitCode === null) {
        sshd.kill("SIGTERM");
        await failed.catch(() => {});
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
