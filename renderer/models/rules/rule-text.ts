// Edits the text of a .qmail file line by line. Lines that are not edited keep every byte.

/** The lines of a text; a final newline does not make another line. */
export function splitLines(rule: string): string[] {
  const lines = rule.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export function joinLines(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** Swaps a line with the one above (-1) or below (1). */
export function moveLine(rule: string, index: number, by: -1 | 1): string {
  const lines = splitLines(rule);
  const other = lines[index + by];
  const line = lines[index];
  if (line === undefined || other === undefined) return rule;
  lines[index] = other;
  lines[index + by] = line;
  return joinLines(lines);
}

/** Switches a line off (a comment) or on again. */
export function toggleLine(rule: string, index: number): string {
  const lines = splitLines(rule);
  const line = lines[index];
  if (line === undefined) return rule;
  lines[index] = isOff(line) ? line.slice(1) : `#${line}`;
  return joinLines(lines);
}

export function dropLine(rule: string, index: number): string {
  return joinLines(splitLines(rule).filter((_, at) => at !== index));
}

/** A delivery that is switched off, and no remark: what follows the # is a delivery. */
export function isOff(line: string): boolean {
  return /^#[./|&]/.test(line);
}

/** The rule's name for what was typed after the dash; undefined when it is not valid. */
export function ruleName(typed: string): string | undefined {
  const name = typed.trim().toLowerCase().replace(/^-+/, '').replaceAll('.', ':');
  return /^[^/\u0000-\u0020A-Z.@]+$/.test(name) ? `-${name}` : undefined;
}

/** The address that a rule serves: `me-harbour@host`. */
export function ruleAddress(user: string, host: string, name: string): string {
  return `${user}${name.replaceAll(':', '.').replace(/-default$/, '-(anything)')}@${host}`;
}
