// Finds files that do not open with a sentence that says what they are for.

/** A few words with a full stop behind them. A comment for a tool (`@ts-…`, `biome-ignore …`, `/ <reference …`) is no sentence. */
const sentence = /^(?!@|biome-ignore|\/|#)\S+(?: \S+){2,}[.!?](?= |$)/;

/** @param sources the text of each file by its path @returns the paths of those that begin with something else */
export function filesWithoutHead(sources: ReadonlyMap<string, string>): string[] {
  return [...sources].filter(([, source]) => !sentence.test(firstComment(source))).map(([path]) => path);
}

/** The comment that a source begins with, on one line; a line that names an interpreter (`#!`) may come before it. */
function firstComment(source: string): string {
  const text = source.startsWith('#!') ? source.slice(source.indexOf('\n') + 1) : source;
  if (text.startsWith('/*')) return joined(text.slice(2, text.indexOf('*/')).split('\n'));
  const lines = text.split('\n');
  const end = lines.findIndex(line => !line.startsWith('//'));
  return joined(lines.slice(0, end < 0 ? undefined : end).map(line => line.slice(2)));
}

function joined(lines: readonly string[]): string {
  const words = lines.flatMap(line => line.replace(/^\s*\*/, '').split(/\s+/));
  return words.filter(word => word !== '').join(' ');
}
