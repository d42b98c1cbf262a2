// The parts of MIME messages, well-formed and broken, are found with their places in the bytes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findParts, type Part } from '../../../../core/message/body/structure.ts';

/** The parts as a tree of kinds, with the bodies of those that are not divided. */
function shape(raw: Buffer, part: Part): unknown {
  if (part.children.length > 0) return [part.kind, ...part.children.map(child => shape(raw, child))];
  return `${part.kind}: ${raw.toString('latin1', part.bodyStart, part.bodyEnd)}`;
}

test('findParts: messages right and wrong → their parts, and what is wrong', () => {
  const mixed = 'Content-Type: multipart/mixed; boundary=b\n\n';
  const long = 'x'.repeat(2000);
  const table: [text: string, parts: unknown, fault?: RegExp][] = [
    ['\ntext\n', 'text/plain: text\n'],
    [
      `${mixed}preamble\n--b\n\none\n--b\r\n\r\ntwo\r\n--b--\nepilogue`,
      ['multipart/mixed', 'text/plain: one', 'text/plain: two'],
    ],
    [`${mixed}--b  \n\none\n--b--x\n--bx\n--b-- \t\n`, ['multipart/mixed', 'text/plain: one\n--b--x\n--bx']],
    [`${mixed}--b\n\nnever ended\n`, ['multipart/mixed', 'text/plain: never ended\n']],
    [`${mixed}--b\n--b\n\nx\n--b--`, ['multipart/mixed', 'text/plain: ', 'text/plain: x']],
    [
      `${mixed}--b\nContent-Type: multipart/digest; boundary=c\n\n--c\n\nA: b\n--b\nContent-Type: text/html\n\nh`,
      ['multipart/mixed', ['multipart/digest', 'message/rfc822: A: b'], 'text/html: h'],
    ],
    [
      `Content-Type: multipart/mixed; boundary=${long}\n\n--${long}\n\nx\n--${long}--`,
      ['multipart/mixed', 'text/plain: x'],
    ],
    [
      'Content-Type: multipart/mixed; boundary=a\n\n--b\nContent-Type: text/html\n\nx\n--b--\n',
      ['multipart/mixed', 'text/html: x'],
      /lines “--a”, but there is none: lines “--b” are taken for that/,
    ],
    [
      'Content-Type: multipart/mixed\n\nhello\n--b\n\nx\n--b--\n',
      ['multipart/mixed', 'text/plain: x'],
      /does not say what divides its parts: lines “--b” are taken for that/,
    ],
    ['Content-Type: multipart/mixed\n\njust text\n', 'multipart/mixed: just text\n', /shown as one text/],
    [
      `${mixed}just text\n-- \nme\n`,
      'multipart/mixed: just text\n-- \nme\n',
      /“--b”, but there is none: they are shown/,
    ],
    [
      `Content-Type: multipart/mixed; boundary=b\n \n--b\nContent-Type: text/html\n\nx\n--b--`,
      ['multipart/mixed', 'text/html: x'],
      /empty line/,
    ],
    ['Content-Type: text\n\nx', 'text/plain: x'],
    ['Content-Type: text/html charset=utf-8\n\nx', 'text/html: x'],
  ];
  for (const [text, parts, fault] of table) {
    const raw = Buffer.from(text, 'latin1');
    const { root, faults } = findParts(raw);
    assert.deepEqual(shape(raw, root), parts, text);
    if (fault) assert.match(faults.join('\n'), fault, text);
    else assert.deepEqual(faults, [], text);
  }
});
