import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { describeTerminal, drawn, newTerminal } from "../../lab-server/terminals/testing.ts";
import { connectTerminal, type TerminalPort } from "../../src/lab/terminal-connection.ts";
import { startSshd } from "../support/sshd.ts";
import { HandPage, PageSocket, startTerminalServer } from "../support/terminal-server.ts";

test("a page whose line breaks again and again ends with the very screen of the shell, and loses no key", async (context) => {
  const sshd = await startSshd();
  const ssh = await sshd.connect();
  const server = await startTerminalServer(ssh);
  context.after(async () => {
    server.terminals.close({ code: "seat_ended" });
    await server.app.close();
    ssh.close();
    await sshd.stop();
  });
  const size = { cols: 90, rows: 30 };
  const shown = newTerminal(size);
  const port: TerminalPort = {
    write: (data, done) => shown.write(data, done),
    reset: () => shown.reset(),
    resize: (cols, rows) => shown.resize(cols, rows),
  };
  const page = connectTerminal({
    url: server.url(1),
    port,
    ...size,
    WebSocket: PageSocket as unknown as new (url: string) => WebSocket,
    wakeUps: [],
  });
  const until = async (condition: () => boolean): Promise<void> => {
    const deadline = performance.now() + 20_000;
    while (!condition()) {
      if (performance.now() > deadline) throw new Error(`it did not happen: ${page.state}\n${describeTerminal(shown).join("\n")}`);
      await delay(5);
    }
  };
  const shows = (text: string): boolean => describeTerminal(shown).some((line) => line.includes(text));
  await until(() => shows("$"));
  page.sendInput("for i in $(seq 400); do printf '%s 行 \\033[3%dm%0*d\\033[0m\\n' $i $((i%8)) $((i%80)) $i; sleep 0.004; done\n");
  for (let round = 0; round < 5; round++) {
    await delay(250);
    for (const client of server.app.websocketServer.clients) client.terminate();
    await until(() => page.state === "reconnecting");
    page.sendInput(`echo key-${round}-$((round=${round}+1))\n`);
    await until(() => page.state === "open");
  }
  await until(() => shows("key-4-5"));
  const truth = new HandPage(server.url(1));
  await truth.attach(size.cols, size.rows);
  const fresh = newTerminal(size);
  fresh.write(truth.screens[0] ?? "");
  await drawn(fresh);
  assert.deepEqual(describeTerminal(shown), describeTerminal(fresh));
  for (let round = 0; round < 5; round++) assert.ok(shows(`key-${round}-${round + 1}`));
  page.sendInput("exit 4\n");
  await until(() => page.state === "exited");
  assert.equal(page.exitCode, 4);
});
