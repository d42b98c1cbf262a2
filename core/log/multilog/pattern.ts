// multilog's patterns: they match the whole line. `*` stands for anything up to the first place where the next byte of the
// pattern is; at the end of the pattern for everything.

/** Byte strings, both. */
export function matchesPattern(pattern: string, line: string): boolean {
  let at = 0;
  for (let next = 0; next < pattern.length; next++) {
    if (pattern[next] === '*') {
      if (next + 1 === pattern.length) return true;
      at = line.indexOf(pattern[next + 1] as string, at);
      if (at < 0) return false;
    } else {
      if (line[at] !== pattern[next]) return false;
      at++;
    }
  }
  return at === line.length;
}
