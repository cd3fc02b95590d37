import type { Duplex } from "node:stream";
import { hasDesktop } from "../contract/exercise.ts";
import type { ScreenName } from "../contract/screen.ts";
import { asLabError, LabError } from "../errors.ts";
import type { Host } from "../hosts/backend.ts";
import { findGuestScreen } from "./guest-screen.ts";

/** Where the desktop's X server listens for RFB; lab-host/desktop/files has its unit. */
export const DESKTOP_SOCKET = "/run/lab-desktop/rfb.sock";
/** The stream of a screen's RFB. Fails as `findGuestScreen`, and with `no_desktop` where the host has none. */
export async function openScreen(host: Host, screen: ScreenName): Promise<Duplex> {
  if (screen.kind === "desktop") {
    if (!hasDesktop(host.template)) throw new LabError("no_desktop", { log: `host ${host.id} of ${host.template} has no desktop` });
    return host.openSocket(DESKTOP_SOCKET);
  }
  const where = await findGuestScreen(host, screen.guest);
  try {
    return await ("path" in where ? host.openSocket(where.path) : host.openPort(where.port, where.address));
  } catch (thrown) {
    const error = asLabError(thrown);
    if (error.code !== "host_not_ready") throw error;
    // It went between the question and the answer.
    throw new LabError("guest_off", { params: { guest: screen.guest }, log: `nobody listens at ${JSON.stringify(where)}: ${error.message}`, cause: error });
  }
}
