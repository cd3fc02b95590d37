/** What `npm test -- content NAME...` chose: ids of exercises and last parts of lessons' addresses. Empty: everything. */
export const chosenNames: readonly string[] = (process.env["RINGSIDE_TEST_ONLY"] ?? "").split(/\s+/).filter((name) => name !== "");

/** Whether something with these names is to be tested. */
export function isChosen(...names: readonly string[]): boolean {
  return chosenNames.length === 0 || names.some((name) => chosenNames.includes(name));
}

/** How many hosts the content tests run side by side. Fails for anything but a number from 1. */
export function testJobs(): number {
  const given = process.env["RINGSIDE_TEST_JOBS"] || "2";
  if (!/^[1-9]\d?$/.test(given)) throw new Error(`RINGSIDE_TEST_JOBS: expected a number of hosts from 1 to 99, found ${JSON.stringify(given)}`);
  return Number(given);
}
