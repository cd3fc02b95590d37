import assert from "node:assert/strict";
import { test } from "node:test";
import { PAUSE_ABOVE_BYTES, RESUME_BELOW_BYTES } from "../contract/terminal.ts";
import { AckWindow } from "./flow-control.ts";
import { OutputJoiner } from "./output-joiner.ts";
import type { ScreenSnapshot } from "./screen.ts";
import { Viewer, type ViewerSink } from "./viewer.ts";

const snapshot = (text: string): ScreenSnapshot => ({ size: { cols: 80, rows: 24 }, redraw: Buffer.from(text), alternate: false });

/** A viewer whose frames leave at once, what it got, and how often it asked for a screen. */
function watched(): { viewer: Viewer; got: string[]; asked: () => number } {
  const got: string[] = [];
  let asked = 0;
  const sink: ViewerSink = {
    screen: ({ redraw }, sent) => {
      got.push(`[${Buffer.from(redraw)}]`);
      sent();
    },
    output: (data, sent) => {
      got.push(Buffer.from(data).toString());
      sent();
    },
    problem: () => {},
    end: () => {},
  };
  return { viewer: new Viewer(sink, { onFlow: () => {}, onNeedsScreen: () => (asked += 1) }), got, asked: () => asked };
}

test("what comes while a screen is made follows it", () => {
  const { viewer, got } = watched();
  viewer.output(Buffer.from("before"));
  const show = viewer.beginScreen();
  viewer.output(Buffer.from("held"));
  show(snapshot("screen"));
  viewer.output(Buffer.from("live"));
  assert.deepEqual(got, ["[screen]", "held", "live"]);
});

test("a screen that was overtaken by a newer one is not shown", () => {
  const { viewer, got } = watched();
  const first = viewer.beginScreen();
  viewer.output(Buffer.from("in the second"));
  viewer.refresh();
  const second = viewer.beginScreen();
  first(snapshot("first"));
  second(snapshot("second"));
  assert.deepEqual(got, ["[second]"]);
});

test("held output that is never sent is not waited for", () => {
  const { viewer, got, asked } = watched();
  viewer.beginScreen();
  viewer.output(Buffer.alloc(PAUSE_ABOVE_BYTES + 1));
  assert.ok(viewer.slows);
  viewer.refresh();
  assert.equal(asked(), 1);
  viewer.beginScreen()(snapshot("screen"));
  assert.ok(!viewer.slows);
  assert.deepEqual(got, ["[screen]"]);
  viewer.detach();
});

test("a window is full above its upper mark and stays so until below the lower", () => {
  const window = new AckWindow();
  window.sent(PAUSE_ABOVE_BYTES);
  assert.ok(!window.full);
  window.sent(1);
  assert.ok(window.full);
  window.acknowledged(PAUSE_ABOVE_BYTES + 1 - RESUME_BELOW_BYTES);
  assert.ok(window.full);
  window.acknowledged(1);
  assert.ok(!window.full);
  window.acknowledged(PAUSE_ABOVE_BYTES * 10);
  window.sent(PAUSE_ABOVE_BYTES + 1);
  assert.ok(window.full, "acknowledging more than was sent is no credit");
});

test("the first chunk goes out at once, what follows is joined and keeps its order", async () => {
  const frames: string[] = [];
  const joiner = new OutputJoiner((frame) => frames.push(Buffer.from(frame).toString()));
  for (const chunk of ["a", "b", "c"]) joiner.push(Buffer.from(chunk));
  assert.deepEqual(frames, ["a"]);
  while (frames.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  joiner.push(Buffer.from("d"));
  joiner.flush();
  joiner.push(Buffer.alloc(20_000, "e"));
  assert.deepEqual([frames[1], frames.slice(2, -1).join(""), frames.at(-1)?.length], ["bc", "d", 20_000]);
  joiner.close();
});
