import { createStore, type Store } from "./store.ts";

/** The terminal that a command from the text would be typed into. */
export interface CurrentTerminal {
  readonly number: number;
  send(text: string): void;
}

const current = createStore<CurrentTerminal | undefined>(undefined);

/** The selected terminal while its shell is connected, else undefined. One per page. */
export const currentTerminal: Store<CurrentTerminal | undefined> = current;

/** Makes a terminal the current one. Returns the way to take it back; that does nothing if another has followed. */
export function attachTerminal(terminal: CurrentTerminal): () => void {
  current.set(terminal);
  return () => {
    if (current.get() === terminal) current.set(undefined);
  };
}

/**
 * Types a command and Enter into the current terminal, as if by hand.
 * @returns the terminal's number, or undefined when there is none.
 */
export function typeCommand(command: string): number | undefined {
  const terminal = current.get();
  terminal?.send(`${command.trim()}\r`);
  return terminal?.number;
}
