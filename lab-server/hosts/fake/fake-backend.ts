import { LabError } from "../../errors.ts";
import type { CreateOptions, CreateStep, Host, HostBackend, HostCost, RestoreOptions, SavedHost } from "../backend.ts";
import { FakeHost, type FakeScript } from "./fake-host.ts";

/** How the next host comes into being. */
export type FakeBirth =
  | { readonly kind: "ready" }
  /** Takes until `until`. */
  | { readonly kind: "slow"; readonly until: Promise<unknown> }
  /** Fails at the step. */
  | { readonly kind: "fail"; readonly step: CreateStep }
  /** Takes until `until` and hears no abort: it was done when the abort came. */
  | { readonly kind: "deaf"; readonly until: Promise<unknown> }
  /** Never comes, until it is aborted. */
  | { readonly kind: "stuck" }
  /** Is lost right after it was made. */
  | { readonly kind: "lost" };

export interface FakeBackendOptions {
  readonly templates?: readonly string[];
  readonly cost?: HostCost;
  /** Answers every command of every host. Default: exit status 0 and no output. */
  readonly script?: FakeScript;
  /** Hosts that an earlier server left, by id. */
  readonly leftovers?: Readonly<Record<string, "answers" | "silent" | "restarted">>;
}

const STEPS: readonly CreateStep[] = ["clone", "wake", "connect"];

/** A backend for unit tests alone. No machine, no time: a test decides what happens and when. */
export class FakeBackend implements HostBackend {
  readonly accelerator = { kind: "tcg", forced: false, reason: "no-nesting" } as const;
  readonly templates: string[];
  /** What the next calls of `create` meet, in order; `ready` when the list is empty. */
  readonly births: FakeBirth[] = [];
  /** Every host ever made or adopted. */
  readonly hosts: FakeHost[] = [];
  readonly removed: string[] = [];
  /** Saved hosts, with the template of each. */
  readonly savedHosts = new Map<string, string>();
  /** Called when a `create` begins. */
  onCreate: ((options: CreateOptions) => void) | undefined;
  #saves = 0;
  readonly #cost: HostCost;
  readonly #script: FakeScript;
  readonly #leftovers: Map<string, "answers" | "silent" | "restarted">;

  constructor(options: FakeBackendOptions = {}) {
    this.templates = [...(options.templates ?? ["running"])];
    this.#cost = options.cost ?? { memoryMiB: 1000, vcpus: 2 };
    this.#script = options.script ?? (() => ({}));
    this.#leftovers = new Map(Object.entries(options.leftovers ?? {}));
  }

  /** Hosts of which something is left. */
  get living(): FakeHost[] {
    return this.hosts.filter((host) => host.state !== "ended");
  }

  /** What is told of a starting state that is not there. */
  absent = new LabError("desktop_in_making", { params: { minutes: 3 }, log: "the fake is told to wait" });
  readonly #onTemplate: ((template: string) => void)[] = [];

  whyNot(): LabError {
    return this.absent;
  }

  onTemplate(listener: (template: string) => void): void {
    this.#onTemplate.push(listener);
  }

  /** A starting state comes late. */
  addTemplate(template: string): void {
    this.templates.push(template);
    for (const listener of this.#onTemplate) listener(template);
  }

  cost(): HostCost {
    return this.#cost;
  }

  async create(options: CreateOptions): Promise<Host> {
    const birth = this.births.shift() ?? { kind: "ready" };
    this.onCreate?.(options);
    for (const step of STEPS) {
      options.onStep?.(step);
      if (birth.kind === "fail" && birth.step === step) {
        throw new LabError("host_failed", { params: { step }, log: `the fake was told to fail at ${step}` });
      }
    }
    const aborted = new Promise<void>((resolve) => {
      if (options.signal?.aborted) resolve();
      options.signal?.addEventListener("abort", () => resolve(), { once: true });
    });
    if (birth.kind === "slow") await Promise.race([birth.until, aborted]);
    if (birth.kind === "deaf") await birth.until;
    if (birth.kind === "stuck") await aborted;
    if (options.signal?.aborted && birth.kind !== "deaf") throw new LabError("seat_ended", { log: "the making was aborted" });
    const host = this.#host(options.template);
    if (birth.kind === "lost") queueMicrotask(() => host.lose());
    return host;
  }

  async leftovers(): Promise<readonly string[]> {
    return [...this.#leftovers.keys()];
  }

  async adopt(id: string): Promise<Host> {
    const answer = this.#leftovers.get(id);
    this.#leftovers.delete(id);
    if (answer === "restarted") throw new LabError("node_restarted", { log: `leftover ${id} ran before the node was started again` });
    if (answer !== "answers") throw new LabError("host_lost", { log: `leftover ${id} does not answer` });
    return this.#host(this.templates[0] ?? "running", id);
  }

  async remove(id: string): Promise<void> {
    this.#leftovers.delete(id);
    this.removed.push(id);
  }

  async save(host: Host): Promise<SavedHost> {
    this.#saves += 1;
    const id = `saved-${this.#saves}`;
    this.savedHosts.set(id, host.template);
    return { id, bytes: 1 };
  }

  async restore(saved: string, options: RestoreOptions = {}): Promise<Host> {
    const template = this.savedHosts.get(saved);
    if (template === undefined) throw new LabError("not_found", { log: `there is no saved host ${saved}` });
    return this.create({ ...options, template });
  }

  forget(saved: string): void {
    this.savedHosts.delete(saved);
  }

  saved(): readonly string[] {
    return [...this.savedHosts.keys()];
  }

  async close(): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.end()));
  }

  #host(template: string, id?: string): FakeHost {
    const info = { template, accelerator: this.accelerator, vcpus: this.#cost.vcpus, memoryMiB: this.#cost.memoryMiB };
    const host = new FakeHost(id === undefined ? info : { ...info, id }, this.#script);
    this.hosts.push(host);
    return host;
  }
}
