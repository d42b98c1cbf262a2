// Files in control/ that nothing reads: misspelt names, or leftovers.
import { accessRulesFile, controlFileTable, otherFiles } from '../file-table.ts';
import type { ControlTexts } from './control-text.ts';
import { type Finding, findingsIn } from './finding.ts';

export function checkUnknownFiles({ names }: ControlTexts): Finding[] {
  return names.filter(name => !isKnown(name)).map(findingFor);
}

function isKnown(name: string): boolean {
  if (name === 'morercpthosts.cdb' || accessRulesFile.test(name)) return true;
  return Object.hasOwn(controlFileTable, name) || Object.hasOwn(otherFiles, name);
}

function findingFor(name: string): Finding {
  const { note, warning } = findingsIn(name);
  const nearest = Object.keys(controlFileTable).find(known => distance(known, name.toLowerCase()) <= 2);
  if (!nearest)
    return note(
      'unknown-file',
      'I have no idea what this file does: it is never read. Remove it if you do not need it.',
    );
  const text = `This file is never read. Did you mean ${nearest}? If so, rename it; otherwise remove it.`;
  return warning('unknown-file', text);
}

/** The Levenshtein distance: how many letters to change, insert or delete to turn one word into the other. */
function distance(one: string, other: string): number {
  let row = [...Array(other.length + 1).keys()];
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (const [index, otherLetter] of [...other].entries()) {
      const changed = (row[index] as number) + (letter === otherLetter ? 0 : 1);
      next.push(Math.min(changed, (row[index + 1] as number) + 1, (next[index] as number) + 1));
    }
    row = next;
  }
  return row[other.length] as number;
}
