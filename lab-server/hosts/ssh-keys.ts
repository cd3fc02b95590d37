import { generateKeyPairSync, randomBytes } from "node:crypto";

export interface SshKeyPair {
  /** PEM text in OpenSSH's own format, without passphrase: for `connectSsh`, or as a HostKey file of sshd. */
  readonly privateKey: string;
  /** One line, `ssh-ed25519 AAAA... comment`: for authorized_keys, or as the host key to expect. */
  readonly publicKey: string;
}

const TYPE = "ssh-ed25519";

/**
 * Makes an ed25519 key pair.
 *
 * The encoding is written out here because ssh2's own generator (1.17) gives an unreadable key in about one
 * of 256 cases, when a byte of the key is zero in an unlucky place.
 */
export function newKeyPair(comment = "lab"): SshKeyPair {
  const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const seed = Buffer.from(jwk.d ?? "", "base64url");
  const point = Buffer.from(jwk.x ?? "", "base64url");
  const publicBlob = Buffer.concat([field(TYPE), field(point)]);
  // The same random number twice is how a reader sees that it decrypted the block rightly.
  const checkNumber = randomBytes(4);
  const secret = Buffer.concat([checkNumber, checkNumber, publicBlob, field(Buffer.concat([seed, point])), field(comment)]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1));
  const file = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    field("none"),
    field("none"),
    field(""),
    uint32(1),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = file.toString("base64").match(/.{1,70}/g) ?? [];
  return {
    privateKey: ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""].join("\n"),
    publicKey: `${TYPE} ${publicBlob.toString("base64")} ${comment}`,
  };
}

/** The wire form of a public key line, which is what a server shows when it is connected to. */
export function publicKeyBlob(line: string): Buffer {
  return Buffer.from(line.trim().split(/\s+/)[1] ?? "", "base64");
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}
