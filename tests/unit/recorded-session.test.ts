import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { CastFile } from "../../lab-server/recordings/cast-file.ts";
import { Recorder } from "../../lab-server/recordings/recorder.ts";
import { readCast, replay } from "../../lab-server/recordings/testing.ts";
import { describeTerminal, newTerminal } from "../../lab-server/terminals/testing.ts";
import { connectTerminal, type TerminalPort } from "../../src/lab/terminal-connection.ts";
import { startSshd } from "../support/sshd.ts";
import { PageSocket, startTerminalServer } from "../support/terminal-server.ts";

test("a real session, recorded from its middle and replayed, ends with the very screen that the page has", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "ringside-session-"));
  const sshd = await startSshd();
  const ssh = await sshd.connect();
  const server = await startTerminalServer(ssh);
  context.after(async () => {
    server.terminals.close({ code: "seat_ended" });
    await server.app.close();
    ssh.close();
    await sshd.stop();
    rmSync(folder, { recursive: true });
  });
  const size = { cols: 90, rows: 30 };
  // What scrolled away before the recording began is in the page and not in the recording.
  const shown = newTerminal(size, 0);
  const port: TerminalPort = {
    write: (data, done) => shown.write(data, done),
    reset: () => shown.reset(),
    resize: (cols, rows) => shown.resize(cols, rows),
  };
  const page = connectTerminal({ url: server.url(1), port, ...size, WebSocket: PageSocket as unknown as new (url: string) => WebSocket, wakeUps: [] });
  const until = async (text: string): Promise<void> => {
    const deadline = performance.now() + 20_000;
    while (!describeTerminal(shown).some((line) => line.includes(text))) {
      if (performance.now() > deadline) throw new Error(`${text} did not come: ${page.state}\n${describeTerminal(shown).join("\n")}`);
      await delay(5);
    }
  };
  await until("$");
  page.sendInput("for i in $(seq 300); do printf '%s 行 \\033[3%dm%0*d\\033[0m\\n' $i $((i%8)) $((i%80)) $i; sleep 0.004; done; echo over-$((40+2))\n");
  await until("100 行");
  const terminal = await server.terminals.existing("1");
  assert.ok(terminal !== undefined);
  const path = join(folder, "session.cast");
  const file = await CastFile.create(path, (error) => assert.fail(String(error)));
  const recorder = new Recorder({ terminal, file, title: "t", at: new Date(), maxBytes: 1024 * 1024, takeRoom: () => true, onEnd: () => {} });
  await recorder.begun;
  await until("over-42");
  page.sendInput("read -rsp 'Password: ' word; printf '\\n%s long\\n' $(echo -n $word | wc -c)\n");
  await until("Password:");
  page.sendInput("hunter2\n");
  await until("7 long");
  page.sendInput("printf '\\033[?1049h\\033[2J\\033[3;5H\\033[45m 全屏 \\033[0m'; sleep 0.2; printf '\\033[?1049l'; echo back-$((40+3))\n");
  await until("back-43");
  await delay(100);
  recorder.end("learner");
  await file.close();

  const cast = readFileSync(path, "utf8");
  assert.deepEqual(describeTerminal(await replay(cast, 0)), describeTerminal(shown));
  assert.ok(!cast.includes("hunter2"), "what is typed without an echo is not in it");
  const { events } = readCast(cast);
  const seconds = events.reduce((sum, [interval]) => sum + interval, 0);
  assert.ok(seconds > 0.5 && seconds < 60, `${seconds} s`);
  assert.equal(Math.round(seconds * 1000), recorder.ms);
});
