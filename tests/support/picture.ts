/** What a graphical screen in the page shows. */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { PATIENCE_MS } from "./learner-page.ts";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** How wide it is on the page, in CSS pixels. */
  readonly shown: number;
  /** A number that is another one for other pixels. */
  readonly hash: number;
  /** How many different colours there are, up to 1000. */
  readonly colours: number;
  /** How many pixels are of another colour than the first one: how much there is on it. */
  readonly lit: number;
}

/** Reads the pixels of the screen that is shown back from its canvas. */
export function picture(page: Page): Promise<Picture> {
  return page
    .locator(".lab-screen:visible canvas")
    .first()
    .evaluate((element): { width: number; height: number; shown: number; hash: number; colours: number; lit: number } => {
      const canvas = element as unknown as {
        width: number;
        height: number;
        getBoundingClientRect(): { width: number };
        getContext(kind: "2d"): { getImageData(...box: number[]): { data: Uint8ClampedArray } };
      };
      const { width, height } = canvas;
      const shown = canvas.getBoundingClientRect().width;
      if (width === 0 || height === 0) return { width, height, shown, hash: 0, colours: 0, lit: 0 };
      const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, width, height).data.buffer);
      const colours = new Set<number>();
      let hash = 0;
      let lit = 0;
      for (const pixel of pixels) {
        hash = (Math.imul(hash, 31) + pixel) | 0;
        if (pixel !== pixels[0]) lit += 1;
        if (colours.size < 1000) colours.add(pixel);
      }
      return { width, height, shown, hash, colours: colours.size, lit };
    });
}

/** Waits until the picture is as it should be, and gives it. */
export async function pictureUntil(page: Page, wanted: (now: Picture) => boolean, what: string, ms = PATIENCE_MS): Promise<Picture> {
  const deadline = Date.now() + ms;
  for (;;) {
    const now = await picture(page);
    if (wanted(now)) return now;
    assert.ok(Date.now() < deadline, `${what}: not within ${ms} ms; the picture was ${JSON.stringify(now)}`);
    await delay(100);
  }
}
