const MINUTE_MS = 60_000;
/** Read out when the warning comes, and then at these many minutes. */
const ANNOUNCED = [5, 1];

/** Minutes as a person counts them down: the last one is 1 until it is over. */
export const minutesLeft = (ms: number): number => Math.max(1, Math.ceil(ms / MINUTE_MS));

/** When `minutesLeft` changes next. */
export const nextMinuteInMs = (ms: number): number => ms - (Math.ceil(ms / MINUTE_MS) - 1) * MINUTE_MS + 1;

/** Of the minutes left, the number that was read out last. @param first how many there were when the warning came */
export function announcedMinutes(minutes: number, first: number): number {
  return [first, ...ANNOUNCED].filter((mark) => mark >= minutes && mark <= first).reduce((a, b) => Math.min(a, b), first);
}
