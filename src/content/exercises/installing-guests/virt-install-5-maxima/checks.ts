import { defineChecks } from "../../../../../lab-server/grading/check.ts";
import { autostarts, cpus, memory, runsAsDefined } from "../../../../../lab-server/grading/judges/case-guest.ts";
import { disk, type NewGuest, screen } from "../../../../../lab-server/grading/judges/new-guest.ts";
import { textFrom } from "../../../../../lab-server/grading/probes/host.ts";
import { type LibvirtFacts, libvirtFacts } from "../../../../../lab-server/grading/probes/libvirt.ts";
import { type Traces, tracesOf } from "../../../../../lab-server/grading/probes/new-guest.ts";

const NAME = "centos7";
const DISK = "/var/lib/libvirt/images/centos7u2.img";
const PORT = 5950;

const made = ({ libvirt, traces }: { readonly libvirt: LibvirtFacts; readonly traces: Traces }): NewGuest => ({ name: NAME, libvirt, traces });

export default defineChecks({
  baseline: {},
  facts: { libvirt: libvirtFacts(), traces: tracesOf(NAME, DISK), listening: textFrom(`ss -ltnH 'sport = :${PORT}'`) },
  tasks: {
    memory: (facts) => memory(made(facts), 512, 1024),
    cpus: (facts) => cpus(made(facts), 1, 4),
    disk: (facts) => disk(made(facts), DISK, 1),
    screen: (facts) => screen(made(facts), PORT, facts.listening),
    autostart: (facts) => autostarts(made(facts)),
    running: (facts) => runsAsDefined(made(facts)),
  },
});
