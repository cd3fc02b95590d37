import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { PAUSE_ABOVE_BYTES } from "../contract/terminal.ts";
import { LabError } from "../errors.ts";
import { HostTerminals } from "./host-terminals.ts";
import { type AttachedViewer, PersistentTerminal } from "./persistent-terminal.ts";
import { DrawingViewer, describeTerminal, drawn, ScriptedShell, WakeableHost } from "./testing.ts";

const SIZE = { cols: 80, rows: 24 };
const STUCK_MS = 60;

describe("a persistent terminal", () => {
  let shell: ScriptedShell;
  let host: WakeableHost;
  let terminal: PersistentTerminal;
  beforeEach(() => {
    shell = new ScriptedShell();
    host = new WakeableHost();
    terminal = new PersistentTerminal({ channel: shell, size: SIZE, host, stuckAfterMs: STUCK_MS });
  });
  afterEach(() => terminal.close({ code: "seat_ended" }));

  /** A viewer that has its first screen. */
  async function view(size = SIZE): Promise<{ viewer: DrawingViewer; attached: AttachedViewer }> {
    const viewer = new DrawingViewer(size);
    const attached = terminal.attach(viewer, size);
    await until(() => viewer.screens === 1);
    return { viewer, attached };
  }

  test("keys wait for a frozen host and arrive in their order", async () => {
    const { attached } = await view();
    let thaw = (): void => {};
    host.hold = new Promise((resolve) => (thaw = resolve));
    for (const key of "virsh") attached.input(Buffer.from(key));
    await delay(10);
    assert.equal(shell.input, "");
    thaw();
    attached.input(Buffer.from(" list\n"));
    await until(() => shell.input === "virsh list\n");
    assert.equal(shell.input, "virsh list\n");
  });

  test("keys for a host that cannot be thawed are dropped, and the viewer is told why", async () => {
    const { viewer, attached } = await view();
    host.hold = Promise.reject(new LabError("host_lost", { log: "gone" }));
    attached.input(Buffer.from("x"));
    await until(() => viewer.problems.length > 0);
    assert.deepEqual(viewer.problems, [{ code: "host_lost" }]);
    host.hold = undefined;
    attached.input(Buffer.from("y"));
    await until(() => shell.input === "y");
  });

  test("more keys than the host takes are refused, and those before them kept", async () => {
    const { viewer, attached } = await view();
    shell.unsentBytes = 1024 * 1024 - 10;
    attached.input(Buffer.alloc(10));
    attached.input(Buffer.alloc(1));
    await until(() => shell.written.length > 0);
    assert.equal(Buffer.concat(shell.written).length, 10);
    assert.deepEqual(viewer.problems, [{ code: "too_large", params: { limit: "1 MiB" } }]);
  });

  test("the host is watched exactly while somebody can see the terminal", async () => {
    assert.equal(host.watches, 0);
    const one = await view();
    const two = await view();
    assert.equal(host.watches, 1);
    one.attached.setVisible(false);
    assert.equal(host.watches, 1);
    two.attached.detach();
    assert.equal(host.watches, 0);
    one.attached.setVisible(true);
    assert.equal(host.watches, 1);
    terminal.close({ code: "seat_ended" });
    assert.equal(host.watches, 0);
  });

  test("the shell waits for a viewer that does not acknowledge, and goes on when it does", async () => {
    const { viewer, attached } = await view();
    for (let sent = 0; sent < 4 * PAUSE_ABOVE_BYTES; sent += 16 * 1024) shell.say(Buffer.alloc(16 * 1024, "y"));
    assert.ok(shell.paused);
    await delay(10);
    assert.ok(viewer.liveBytes <= PAUSE_ABOVE_BYTES + 16 * 1024, String(viewer.liveBytes));
    while (viewer.liveBytes < 4 * PAUSE_ABOVE_BYTES) {
      attached.acknowledge(viewer.liveBytes);
      await delay(1);
    }
    attached.acknowledge(viewer.liveBytes);
    assert.ok(!shell.paused);
    assert.equal(viewer.screens, 1);
  });

  test("the slowest of two viewers sets the pace, and leaving frees the other", async () => {
    const quick = await view();
    const slow = await view();
    quick.viewer.onLive = (bytes) => quick.attached.acknowledge(bytes);
    for (let sent = 0; sent < 2 * PAUSE_ABOVE_BYTES; sent += 16 * 1024) shell.say(Buffer.alloc(16 * 1024, "y"));
    assert.ok(shell.paused);
    slow.attached.detach();
    assert.ok(!shell.paused);
    await until(() => quick.viewer.liveBytes === 2 * PAUSE_ABOVE_BYTES);
  });

  test("a viewer without a sign of life is left behind, and gets a screen when it is back", async () => {
    const { viewer, attached } = await view();
    for (let sent = 0; sent < 2 * PAUSE_ABOVE_BYTES; sent += 16 * 1024) shell.say(`${"y\r\n".repeat(5461)}z`);
    assert.ok(shell.paused);
    await until(() => !shell.paused);
    shell.say("\r\nthe end");
    await delay(20);
    const missed = viewer.liveBytes;
    assert.ok(missed < 2 * PAUSE_ABOVE_BYTES);
    attached.acknowledge(missed);
    await until(() => viewer.screens === 2);
    shell.say(" and more");
    await until(() => viewer.liveBytes > missed);
    await drawn(viewer.terminal);
    assert.equal(describeTerminal(viewer.terminal).at(-3), "the end and more");
  });

  test("a hidden viewer slows nothing down, and gets a screen when it is seen again", async () => {
    const { viewer, attached } = await view();
    attached.setVisible(false);
    for (let sent = 0; sent < 2 * PAUSE_ABOVE_BYTES; sent += 16 * 1024) shell.say(Buffer.alloc(16 * 1024, "y"));
    assert.ok(!shell.paused);
    await delay(10);
    attached.acknowledge(viewer.liveBytes);
    await delay(10);
    assert.equal(viewer.screens, 1);
    attached.setVisible(true);
    await until(() => viewer.screens === 2);
  });

  test("a screen is not sent on top of one that is still leaving", async () => {
    const viewer = new DrawingViewer(SIZE);
    viewer.blocked = true;
    const attached = terminal.attach(viewer, SIZE);
    await until(() => viewer.screens === 1);
    for (let round = 0; round < 20; round++) attached.refresh();
    await delay(20);
    assert.equal(viewer.screens, 1);
    viewer.unblock();
    await until(() => viewer.screens === 2);
    await delay(20);
    assert.equal(viewer.screens, 2);
  });

  test("with nobody attached the program goes on", async () => {
    const piece = "some line of output\r\n".repeat(780);
    for (let said = 0; said < 24 * 1024 * 1024; said += piece.length) {
      shell.say(piece);
      if (shell.paused) await until(() => !shell.paused);
    }
    const { viewer } = await view();
    await drawn(viewer.terminal);
    assert.equal(describeTerminal(viewer.terminal)[0], "some line of output");
  });

  test("a flood that the own screen cannot follow makes the shell wait", async () => {
    const { viewer, attached } = await view();
    viewer.onLive = (bytes) => attached.acknowledge(bytes);
    for (let said = 0; said < 12 * 1024 * 1024; said += 64 * 1024) shell.say(Buffer.alloc(64 * 1024, "y"));
    assert.ok(shell.paused);
    await until(() => !shell.paused);
  });

  test("the last size asked for holds; other viewers are shown it, and one that stays gets its own back", async () => {
    const big = await view({ cols: 100, rows: 30 });
    assert.deepEqual(shell.sizes.at(-1), { cols: 100, rows: 30 });
    const small = await view({ cols: 60, rows: 20 });
    await until(() => big.viewer.screens === 2);
    assert.equal(big.viewer.terminal.cols, 60);
    big.attached.resize({ cols: 90, rows: 30 });
    await until(() => small.viewer.terminal.cols === 90);
    // Its page was told 60 columns meanwhile: only a new screen makes both sides agree again.
    await until(() => big.viewer.screens === 3);
    small.attached.resize({ cols: 60, rows: 20 });
    await until(() => big.viewer.terminal.cols === 60);
    small.attached.detach();
    await until(() => big.viewer.terminal.cols === 90);
    assert.deepEqual(shell.sizes.at(-1), { cols: 90, rows: 30 });
  });

  test("a full-screen program is made to paint again", async () => {
    shell.say("\x1b[?1049hfull screen");
    await view();
    await until(() => shell.sizes.length === 2);
    assert.deepEqual(shell.sizes, [{ cols: 80, rows: 23 }, SIZE]);
  });

  test("a program's question is answered when no viewer is there to do it", async () => {
    shell.say("\x1b[6n");
    await until(() => shell.input !== "");
    assert.equal(shell.input, "\x1b[1;1R");
    await view();
    shell.say("\x1b[6n");
    await delay(20);
    assert.equal(shell.input, "\x1b[1;1R");
  });

  test("an exit reaches the viewers after the last output, and latecomers at once", async () => {
    const { viewer } = await view();
    shell.say("some");
    shell.say(" last words");
    shell.exit(3);
    assert.equal(viewer.liveBytes, 15);
    assert.deepEqual(viewer.end_, { kind: "exited", code: 3 });
    const late = new DrawingViewer(SIZE);
    terminal.attach(late, SIZE);
    assert.deepEqual(late.end_, { kind: "exited", code: 3 });
  });

  test("a lost host is not an exit", async () => {
    const { viewer } = await view();
    host.state = "lost";
    shell.exit(null);
    assert.deepEqual(viewer.end_, { kind: "gone", problem: { code: "host_lost" } });
  });
});

describe("the terminals of a host", () => {
  class ShellHost extends WakeableHost {
    readonly shells: ScriptedShell[] = [];
    fails = false;
    async openShell(): Promise<ScriptedShell> {
      await delay(5);
      if (this.fails) throw new LabError("host_not_ready", { log: "no" });
      const shell = new ScriptedShell();
      this.shells.push(shell);
      return shell;
    }
  }

  test("a name has one shell, however many ask for it at once, and a new one after the exit", async () => {
    const host = new ShellHost();
    const terminals = new HostTerminals(host);
    const opened = await Promise.all(["1", "1", "2", "1"].map((name) => terminals.open(name, SIZE)));
    assert.equal(host.shells.length, 2);
    assert.equal(opened[0], opened[3]);
    assert.deepEqual(terminals.names, ["1", "2"]);
    host.shells[0]?.exit(0);
    host.shells[1]?.exit(0);
    assert.deepEqual(terminals.names, []);
    assert.notEqual(await terminals.open("1", SIZE), opened[0]);
    terminals.close({ code: "seat_ended" });
  });

  test("a shell that could not be opened may be asked for again", async () => {
    const host = new ShellHost();
    const terminals = new HostTerminals(host);
    host.fails = true;
    await assert.rejects(terminals.open("1", SIZE), { code: "host_not_ready" });
    assert.equal(host.watches, 0);
    host.fails = false;
    await terminals.open("1", SIZE);
    terminals.close({ code: "seat_ended" });
  });

  test("a shell from the pool becomes the terminal, with all it has said", async () => {
    const host = new ShellHost();
    const terminals = new HostTerminals(host);
    const shell = new ScriptedShell();
    shell.say("root@host:~# ");
    const adopted = terminals.adopt("1", shell, SIZE);
    assert.equal(await terminals.open("1", SIZE), adopted);
    assert.throws(() => terminals.adopt("1", new ScriptedShell(), SIZE), { code: "internal" });
    const viewer = new DrawingViewer(SIZE);
    adopted.attach(viewer, SIZE);
    await until(() => viewer.screens === 1);
    await drawn(viewer.terminal);
    assert.equal(describeTerminal(viewer.terminal)[0], "root@host:~#");
    terminals.close({ code: "seat_ended" });
  });

  test("closing hangs up every shell, also one that is just being opened, and opens no more", async () => {
    const host = new ShellHost();
    const terminals = new HostTerminals(host);
    const first = await terminals.open("1", SIZE);
    const second = terminals.open("2", SIZE);
    terminals.close({ code: "seat_ended" });
    await assert.rejects(second, { code: "seat_ended" });
    await delay(1);
    assert.deepEqual(
      host.shells.map(({ closed }) => closed),
      [true, true],
    );
    assert.deepEqual(first.ended, { kind: "gone", problem: { code: "seat_ended" } });
    await assert.rejects(terminals.open("1", SIZE), { code: "seat_ended" });
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited++) {
    assert.ok(waited < 2_000, "it did not happen");
    await delay(1);
  }
}
