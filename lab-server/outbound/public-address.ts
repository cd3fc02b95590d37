import { BlockList, isIP } from "node:net";

/** IPv4 ranges that are no host on the internet: this machine, private nets, links, tests, multicast and what is reserved. */
const NOT_PUBLIC_V4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

/** Ranges within 2000::/3 that lead elsewhere: Teredo and other protocols, examples, 6to4 (which holds any IPv4 address). */
const NOT_PUBLIC_V6: readonly (readonly [string, number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const refused = new BlockList();
for (const [net, bits] of NOT_PUBLIC_V4) refused.addSubnet(net, bits, "ipv4");
for (const [net, bits] of NOT_PUBLIC_V6) refused.addSubnet(net, bits, "ipv6");

const global = new BlockList();
global.addSubnet("2000::", 3, "ipv6");

/** Whether an IP address can be a host on the internet. What is no address is not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !refused.check(address, "ipv4");
  // All that is not global unicast is out, and with it every IPv4 address in IPv6 clothes (::ffff:10.0.0.1, 64:ff9b::a00:1).
  return family === 6 && global.check(address, "ipv6") && !refused.check(address, "ipv6");
}
