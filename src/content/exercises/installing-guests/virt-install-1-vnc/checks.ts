import { defineChecks } from "../../../../../lab-server/grading/check.ts";
import { disk, drivers, installing, machine, type NewGuest, network, screen } from "../../../../../lab-server/grading/judges/new-guest.ts";
import { textFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import { type Traces, tracesOf } from "../../../../../lab-server/grading/probes/new-guest.ts";

const NAME = "smartgo1";
const DISK = "/var/lib/libvirt/images/smartgo1.img";
const PORT = 5920;

const made = ({ libvirt, traces }: { readonly libvirt: LibvirtFacts; readonly traces: Traces }): NewGuest => ({ name: NAME, libvirt, traces });

export default defineChecks({
  baseline: {},
  facts: { libvirt: libvirtFacts(), traces: tracesOf(NAME, DISK), listening: textFrom(`ss -ltnH 'sport = :${PORT}'`) },
  tasks: {
    machine: (facts) => machine(made(facts)),
    drivers: (facts) => drivers(made(facts)),
    disk: (facts) => disk(made(facts), DISK, 8),
    network: (facts) => network(made(facts)),
    screen: (facts) => screen(made(facts), PORT, facts.listening),
    installing: (facts) => installing(made(facts)),
  },
});
