/** A rectangle in the drawing's own pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Shorter ways are not worth a line. */
const SHORTEST = 3;

/**
 * The line from one box to another, as an SVG path: sideways where they stand beside each other, else downwards. It begins and
 * ends at the boxes' edges and bends only as much as it must.
 * @param lean where on a box a line downwards stands, from 0 (left) to 1 (right)
 * @param by which of the two boxes that is meant for; the other one is met as near to it as it reaches
 * @returns undefined where the boxes touch or overlap
 */
export function wire(from: Box, to: Box, lean = 0.5, by: "from" | "to" = "from"): string | undefined {
  const besides = Math.min(from.top + from.height, to.top + to.height) - Math.max(from.top, to.top) > Math.min(from.height, to.height) / 2;
  if (besides) {
    const [left, right] = from.left <= to.left ? [from, to] : [to, from];
    const [x1, x2] = [left.left + left.width, right.left];
    if (x2 - x1 < SHORTEST) return undefined;
    const [y1, y2] = [middle(from), middle(to)];
    return from === left ? curve(x1, y1, x2, y2, "x") : curve(x2, y1, x1, y2, "x");
  }
  const [y1, y2] = from.top < to.top ? [from.top + from.height, to.top] : [from.top, to.top + to.height];
  if (Math.abs(y2 - y1) < SHORTEST) return undefined;
  const [given, other] = by === "from" ? [from, to] : [to, from];
  const x = given.left + given.width * lean;
  const met = within(x, other);
  return by === "from" ? curve(x, y1, met, y2, "y") : curve(met, y1, x, y2, "y");
}

/** The place on a box's upper or lower edge that is nearest to x, with its corners kept free. */
function within(x: number, { left, width }: Box): number {
  const corner = Math.min(14, width / 2);
  return Math.min(left + width - corner, Math.max(left + corner, x));
}

const middle = ({ top, height }: Box): number => top + height / 2;

function curve(x1: number, y1: number, x2: number, y2: number, along: "x" | "y"): string {
  const [a, b, c, d] = [x1, y1, x2, y2].map((value) => Math.round(value * 2) / 2) as [number, number, number, number];
  if (along === "x") return b === d ? `M${a} ${b}H${c}` : `M${a} ${b}C${(a + c) / 2} ${b} ${(a + c) / 2} ${d} ${c} ${d}`;
  return a === c ? `M${a} ${b}V${d}` : `M${a} ${b}C${a} ${(b + d) / 2} ${c} ${(b + d) / 2} ${c} ${d}`;
}
