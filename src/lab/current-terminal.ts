import { createStore, type Store } from "./store.ts";

/** A terminal that a command from the text could be typed into. */
export interface OpenTerminal {
  /** As its tab is called. */
  readonly name: string;
  /** The guest whose console it shows; a shell of the host has none. */
  readonly guest?: string;
  send(text: string): void;
}

/** Those that can be seen and are connected, the one used last in front. One list per page. */
const open = createStore<readonly OpenTerminal[]>([]);
export const openTerminals: Store<readonly OpenTerminal[]> = open;

/** A terminal can be seen and is connected; it is the one used last. Returns the way to take it back. */
export function attachTerminal(terminal: OpenTerminal): () => void {
  open.set([terminal, ...open.get()]);
  return () => open.set(open.get().filter((other) => other !== terminal));
}

/** The learner has turned to this terminal. */
export function turnTo(terminal: OpenTerminal): void {
  const { [0]: first } = open.get();
  if (first !== terminal && open.get().includes(terminal)) open.set([terminal, ...open.get().filter((other) => other !== terminal)]);
}

/**
 * Where a command of the host, or of that guest, belongs: for the guest into its console, else into the shell used last, from
 * which the learner may have gone into the guest; never one of the host into a guest's console.
 */
export function terminalFor(guest?: string): OpenTerminal | undefined {
  const own = guest === undefined ? undefined : open.get().find((terminal) => terminal.guest === guest);
  return own ?? open.get().find((terminal) => terminal.guest === undefined);
}

/**
 * Types a command and Enter, as if by hand.
 * @returns the terminal's name, or undefined when there is none.
 */
export function typeCommand(command: string, guest?: string): string | undefined {
  const terminal = terminalFor(guest);
  terminal?.send(`${command.trim()}\r`);
  return terminal?.name;
}
