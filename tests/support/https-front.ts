import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type TLSSocket } from "node:tls";

export interface HttpsFront {
  /** For Chromium: the names lead here, and the certificate counts. */
  readonly browserArguments: readonly string[];
  close(): Promise<void>;
}

/** Speaks https for servers of this machine that speak plain http, by name, as a proxy before the lab does. Needs openssl. */
export async function httpsFront(ports: Readonly<Record<string, number>>): Promise<HttpsFront> {
  const folder = mkdtempSync(join(tmpdir(), "ringside-https-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const names = Object.keys(ports);
  const subject = ["-subj", `/CN=${names[0]}`, "-addext", `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...kind, "-keyout", key, "-out", cert, ...subject], { stdio: "pipe" });
  const sockets = new Set<TLSSocket>();
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (near) => {
    const port = typeof near.servername === "string" ? ports[near.servername] : undefined;
    sockets.add(near);
    near.on("error", () => {});
    near.on("close", () => sockets.delete(near));
    if (port === undefined) return void near.destroy();
    const far = connect(port, "127.0.0.1");
    far.on("error", () => near.destroy());
    far.on("close", () => near.destroy());
    near.on("close", () => far.destroy());
    near.pipe(far).pipe(near);
  }).listen(0, "127.0.0.1");
  rmSync(folder, { recursive: true });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    browserArguments: [`--host-resolver-rules=${names.map((name) => `MAP ${name} 127.0.0.1:${port}`).join(",")}`, "--ignore-certificate-errors"],
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
