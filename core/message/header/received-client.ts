// The client in a Received field that this host wrote: `Received: from name (HELO other) (user@10.0.0.1)`, then `by …` on its own line.

/** @param line the first line of the field, without its line end @returns undefined: our servers write no such line */
export function clientInReceived(line: string): string | undefined {
  if (!line.startsWith('Received: from ') || !line.endsWith(')')) return undefined;
  const inside = line.slice(line.lastIndexOf('(') + 1, -1);
  return inside.slice(inside.lastIndexOf('@') + 1);
}
