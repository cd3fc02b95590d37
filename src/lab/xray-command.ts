/**
 * A command line out of words, as bash reads them: a name from the host is one word, whatever is in it.
 * @returns undefined where a word cannot be typed as one line, or would be an option
 */
export function commandOf(words: readonly Word[]): string | undefined {
  const typed: string[] = [];
  for (const word of words) {
    if (typeof word === "string") typed.push(word);
    else {
      const quoted = quote(word.name);
      if (quoted === undefined) return undefined;
      typed.push(quoted);
    }
  }
  return typed.join(" ");
}

/** Ours as it is, or a name of the host. */
export type Word = string | { readonly name: string };

function quote(name: string): string | undefined {
  // A line break would run what follows it; other control characters mean something to a terminal.
  if (name === "" || name.startsWith("-") || /\p{C}|[\u2028\u2029]/u.test(name)) return undefined;
  return /^[\w.,:+@/-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
