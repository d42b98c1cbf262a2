// The output of a program that replaces qmail-remote, as qmail-rspawn reads it (remote.md 1), and $QMAILREMOTE itself.
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Outcome } from '../../../core/paper-path/outcome.ts';
import { combine, formatReports } from '../../../core/remote/outcome-of-replies.ts';
import { readProgramReport } from '../../../core/remote/read-remote-report.ts';
import { createProgramDeliver } from '../../../core/remote/remote-program.ts';
import { tempDir } from '../../support/temp-dir.ts';

const letterOf = { done: 'K', later: 'Z', never: 'D' } as const;
const report = ({ kind, text }: Outcome): string => `${letterOf[kind]}${text}`;

const vectors: [exitCode: number | null, output: string, report: string][] = [
  [null, 'Kfine\0', 'Zqmail-remote crashed.\n'],
  [111, 'Kfine\0', 'ZUnable to run qmail-remote.\n'],
  [100, 'Kfine\0', 'DUnable to run qmail-remote.\n'],
  [1, '', 'DUnable to run qmail-remote.\n'],
  [0, '', 'Zqmail-remote produced no output.\n'],
  [0, 'r\0Kx accepted message.\n\0', 'Kx accepted message.\n'],
  [0, 'hno\n\0DGiving up on x.\n\0', 'Dno\nGiving up on x.\n'],
  [0, 'Zcould not\n\0', 'Zcould not\n'],
  [0, 'Dcould not\n\0', 'Dcould not\n'],
  [0, 'Kfine\0', 'Kfine'],
  // remote.md 7
  [
    0,
    'r\0Dx failed after I sent the message.\nRemote host said: 554 no\n\0',
    'Dx failed after I sent the message.\nRemote host said: 554 no\n',
  ],
  // remote.md 8
  [
    0,
    's1.2.3.4 does not like recipient.\nRemote host said: 450 later\n\0DGiving up on 1.2.3.4.\n\0',
    'Z1.2.3.4 does not like recipient.\nRemote host said: 450 later\nGiving up on 1.2.3.4.\n',
  ],
  // The message's words are left out where they sound better than the outcome is.
  [0, 'sno\n\0Kaccepted\n\0', 'Zno\n'],
  [0, 'hno\n\0Zlater\n\0', 'Dno\n'],
  // A missing message report is a permanent failure; what follows the last NUL does not count.
  [0, 'r\0', 'D'],
  [0, 'r\0Kaccepted', 'D'],
  [0, 'what?', 'D'],
  [0, 'r\0Kaccepted\n\0rest', 'Kaccepted\n'],
  [0, 'r\0h\0Kaccepted\n\0', 'K'],
];

for (const [exitCode, output, expected] of vectors) {
  test(`readProgramReport: exit ${exitCode}, ${JSON.stringify(output)} → ${JSON.stringify(expected)}`, () => {
    assert.equal(report(readProgramReport(exitCode, output)), expected);
  });
}

test('readProgramReport: what formatReports writes for one recipient → the outcome that combine gives', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', '(#4.4.1)', '550 5.1.1 ', 'K', 'D') });
  const recipient = fc.record({ letter: fc.constantFrom('r', 'h', 's'), text });
  const message = fc.record({ letter: fc.constantFrom('K', 'Z', 'D'), text });
  fc.assert(
    fc.property(recipient, message, (one, all) => {
      // An accepted recipient has no text of its own.
      const judged = one.letter === 'r' ? { ...one, text: '' } : one;
      const output = formatReports({ recipients: [judged], message: all }).toString('latin1');
      const { kind, text } = combine(judged, { message: all });
      const read = readProgramReport(0, output);
      assert.deepEqual([read.kind, read.text], [kind, text]);
    }),
  );
});

const noMailbox = '192.0.2.1 does not like recipient.\nRemote host said: ';
const quoted: readonly (readonly [output: string, status: string, answer: unknown])[] = [
  [`h${noMailbox}550 5.1.1 who?\n\0DGiving up on 192.0.2.1.\n\0`, '5.1.1', { code: 550, words: '5.1.1 who?' }],
  [`h${noMailbox}550-no\n550 mailbox (#5.1.1)\n\0Dx\n\0`, '5.1.1', { code: 550, words: 'no\nmailbox (#5.1.1)' }],
  [`s${noMailbox}451 5.7.1 odd\n\0Zx\n\0`, '4.3.0', { code: 451, words: '5.7.1 odd' }],
  ['Zno answer (#4.4.1)\n\0', '4.4.1', undefined],
  ['Dno\n\0', '5.0.0', undefined],
];

for (const [output, status, answer] of quoted) {
  test(`readProgramReport: ${JSON.stringify(output)} → ${status}, and what it quotes of the server as fields`, () => {
    const outcome = readProgramReport(0, output);
    const { code, words } = outcome.answer ?? {};
    assert.deepEqual([outcome.kind !== 'done' && outcome.status, outcome.answer && { code, words }], [status, answer]);
  });
}

test('readProgramReport: any output, any exit code → an outcome, and done only if a K is first in a string', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1 }),
      fc.string({ unit: fc.constantFrom('K', 'Z', 'D', 'r', 'h', 's', '\0') }),
      (code, output) => {
        const { kind } = readProgramReport(code, output);
        if (kind === 'done') assert.match(output, /(^|\0)K/);
      },
    ),
  );
});

function program(directory: string, script: string): string {
  const path = join(directory, 'program');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

test('QMAILREMOTE: a program → gets host, sender, recipient and the message, and its word counts', async t => {
  const directory = tempDir(t);
  const path = join(directory, 'message');
  writeFileSync(path, 'Subject: t\n\nhi\n');
  const script = `printf 'r\\0Kgot %s: ' "$*"; cat; printf '\\0'`;
  const deliver = createProgramDeliver(program(directory, script), process.env);
  const job = { id: 1, path, sender: 'a@b', recipient: 'gr\xc3\xbcn@there.example' };
  assert.deepEqual(await deliver(job), {
    kind: 'done',
    text: 'got there.example a@b gr\xc3\xbcn@there.example: Subject: t\n\nhi\n',
  });
  assert.equal(report(await deliver({ ...job, path: join(directory, 'none') })), 'ZUnable to read message. (#4.3.0)\n');
  assert.equal((await deliver({ ...job, recipient: '\xff@x' })).kind, 'never');
});

const ends: [script: string | undefined, report: string][] = [
  [undefined, 'DUnable to run qmail-remote.\n'],
  ['exit 111', 'ZUnable to run qmail-remote.\n'],
  ['kill -9 $$', 'Zqmail-remote crashed.\n'],
  [`printf 'Zon fd 2\\n\\0' >&2`, 'Zon fd 2\n'],
];

for (const [script, expected] of ends) {
  test(`QMAILREMOTE: ${script ?? 'no such program'} → ${JSON.stringify(expected)}`, async t => {
    const directory = tempDir(t);
    const path = join(directory, 'message');
    writeFileSync(path, 'hi\n');
    const deliver = createProgramDeliver(
      script === undefined ? join(directory, 'none') : program(directory, script),
      process.env,
    );
    assert.equal(report(await deliver({ id: 1, path, sender: 'a@b', recipient: 'c@d' })), expected);
  });
}
