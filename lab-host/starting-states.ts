/**
 * The states that learners' hosts begin in, in the order in which one booted host of that image goes through them. Each is saved as a template.
 * Their names are `TEMPLATES` of the server's contract; what is true in each is asked by verify.sh.
 */
import type { TEMPLATES } from "../lab-server/contract/exercise.ts";

export interface StartingState {
  readonly name: (typeof TEMPLATES)[number];
  /** The disk that it is booted from: a host's, or that of a host with a desktop. */
  readonly image: "host" | "desktop";
  /** Guests that are started in it; they have come to their prompt before it is saved. */
  readonly starts: readonly string[];
  /** Run as root in the host before the guests are started. */
  readonly reach: string;
  /** Run after it was saved, so that the next state finds none of it. */
  readonly leave: string;
}

const IMAGES = "/var/lib/libvirt/images";
const MEDIA = "/usr/lib/lab/media";

/** Links, because the images are large: libvirt changes the owner of a medium in use, and that harms nobody. */
const MEDIA_IN_PLACE = `ln ${MEDIA}/*.iso ${IMAGES}/ && mkdir -p /usr/share/virtio-win /srv/tftp && cp ${MEDIA}/*.vfd /usr/share/virtio-win/ && cp ${MEDIA}/pxe/* /srv/tftp/`;

export const STARTING_STATES: readonly StartingState[] = [
  { name: "empty", image: "host", starts: [], reach: "true", leave: "true" },
  {
    name: "installer",
    image: "host",
    starts: [],
    reach: MEDIA_IN_PLACE,
    leave: `rm -rf ${IMAGES}/*.iso /usr/share/virtio-win /srv/tftp`,
  },
  { name: "shut-off", image: "host", starts: [], reach: "/usr/lib/lab/define-guest 01", leave: "true" },
  { name: "running", image: "host", starts: ["smartgo_01"], reach: "true", leave: "true" },
  { name: "fleet", image: "host", starts: ["smartgo_02"], reach: "/usr/lib/lab/define-guest 02 03", leave: "true" },
  {
    name: "desktop",
    image: "desktop",
    starts: ["smartgo_01"],
    // With the media a guest can be made by hand.
    reach: `${MEDIA_IN_PLACE} && /usr/lib/lab/define-guest 01`,
    leave: "true",
  },
];
