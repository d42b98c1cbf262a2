// Files whose syntax does not mean what their author intended: DOS line ends, comments where none are possible, values that
// are not numbers.
import type { ControlFile } from '../file-kinds.ts';
import { controlFileTable } from '../file-table.ts';
import type { ControlText } from './control-text.ts';
import { printable } from './describe.ts';
import { type Finding, findingsIn } from './finding.ts';

export function checkSyntax(file: ControlText): Finding[] {
  const row = controlFileTable[file.name];
  if (!row) return [];
  const { warning } = findingsIn(file.name);
  if (file.raw === undefined) {
    const text = `The file cannot be read: ${file.problem}. Programs that need it refuse mail for now. Make it readable, or remove it.`;
    return [warning('unreadable', text)];
  }
  const { raw } = file;
  return [
    ...(raw.startsWith('\xef\xbb\xbf')
      ? [
          warning(
            'byte-order-mark',
            'The file starts with a byte order mark, which counts as part of its first line. Save it as UTF-8 without one.',
            1,
          ),
        ]
      : []),
    ...checkLineEnds(file.name, raw),
    ...(row.kind === 'list' ? checkList(file, row) : checkSingleLine(file.name, row, raw)),
  ];
}

function checkLineEnds(name: string, raw: string): Finding[] {
  const line = raw.split('\n').findIndex(text => text.endsWith('\r'));
  if (line < 0) return [];
  const text = `The line ends in a carriage return (a DOS line ending), which counts as part of it. Remove it: sed -i 's/\\r$//' control/${name}`;
  return [findingsIn(name).warning('carriage-return', text, line + 1)];
}

function checkSingleLine(name: string, row: ControlFile, raw: string): Finding[] {
  const { warning, note } = findingsIn(name);
  const [first = '', ...rest] = raw.split('\n');
  const found: Finding[] = [];
  if (first.startsWith('#')) {
    const text =
      'This file cannot have comments: its first line is the value, including the #. Put the value on the first line.';
    found.push(warning('comment-in-line', text, 1));
  } else if (row.kind === 'int' && !/^\d/.test(first)) {
    const text = `The first line does not start with a number, so the default applies: ${row.initial}. Write a number, or remove the file.`;
    found.push(warning('no-number', text, 1));
  } else if (row.kind === 'int' && !/^\d+[ \t\r]*$/.test(first)) {
    found.push(
      warning(
        'after-number',
        `The text after the number is ignored: “${printable(first.trim())}” is ${Number.parseInt(first, 10)}.`,
        1,
      ),
    );
  } else if (row.kind === 'line' && first.trim() === '') {
    const text = 'The first line is empty, and so is the value. Write it there, or remove the file to get the default.';
    found.push(warning('empty-line', text, 1));
  } else if (row.kind === 'line' && /^[ \t]/.test(first)) {
    found.push(warning('leading-blank', 'The space at the start of the line is part of the value. Remove it.', 1));
  }
  const more = rest.findIndex(text => text.trim() !== '');
  if (more >= 0)
    found.push(note('more-lines', 'Only the first line counts; this line and those after it are not read.', more + 2));
  return found;
}

function checkList(file: ControlText, { isOfNames, shown }: ControlFile): Finding[] {
  const { warning, note } = findingsIn(file.name);
  const blanks = file.entries
    // A password may have blanks.
    .map(({ text, line }) => ({ text: shown ? (text.split('|', 1)[0] ?? '') : text, line }))
    .filter(({ text }) => isOfNames && /[ \t]/.test(text))
    .map(({ text, line }) =>
      /[ \t]#/.test(text)
        ? warning(
            'comment-after-entry',
            'A comment must be on its own line: here the # and the text after it are part of the entry.',
            line,
          )
        : warning(
            'blank-in-entry',
            'There is a space in this entry, so nothing can match it. Write one entry per line, from the start of the line.',
            line,
          ),
    );
  const empty =
    file.entries.length === 0 && file.name !== 'rcpthosts'
      ? [note('empty-list', 'The file is empty, which is not the same as no file.')]
      : [];
  return [...blanks, ...(file.name === 'locals' || file.name === 'defaultdelivery' ? empty : [])];
}
