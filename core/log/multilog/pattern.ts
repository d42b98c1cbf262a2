// multilog's patterns: they match the whole line. `*` matches everything up to the first byte that equals the next one of the
// pattern; at the end of the pattern it matches the rest.

/** Both are byte strings. */
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
