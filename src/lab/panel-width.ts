/** Bounds of the panel's width beside the text, in CSS pixels. */
export interface WidthBounds {
  readonly min: number;
  readonly max: number;
}

/** A terminal of 45 columns is the least that is of use; the text keeps at least this much. */
const PANEL_MIN = 380;
const TEXT_MIN = 400;
const STEP = 24;

/** What the panel may take of the room that text and panel share. */
export function widthBounds(room: number): WidthBounds {
  return { min: PANEL_MIN, max: Math.max(PANEL_MIN, Math.round(room - TEXT_MIN)) };
}

export function clampWidth(width: number, { min, max }: WidthBounds): number {
  return Math.round(Math.min(max, Math.max(min, width)));
}

/**
 * The width after a key on the splitter, which is the panel's left edge: left makes the panel wider.
 * Undefined for a key that means nothing there.
 */
export function widthAfterKey(key: string, width: number, bounds: WidthBounds): number | undefined {
  switch (key) {
    case "ArrowLeft":
      return clampWidth(width + STEP, bounds);
    case "ArrowRight":
      return clampWidth(width - STEP, bounds);
    case "Home":
      return bounds.min;
    case "End":
      return bounds.max;
    default:
      return undefined;
  }
}
