// The three ways in which control files are read (control.md 1).
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { silentConcurrencyLimit } from '../../../core/control/concurrency-limit.ts';
import { type Control, readControl } from '../../../core/control/control.ts';
import { controlFiles } from '../../../core/control/read-control-files.ts';
import { openFileLimit } from '../../../core/lib/process/file-limit.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';

interface Read {
  readonly line?: string;
  readonly int?: number;
  readonly list?: readonly string[];
}

const vectors: [what: string, text: string | undefined, read: Read][] = [
  ['vector 16', 'abc # x \t\n', { line: 'abc # x', list: ['abc # x'] }],
  ['vector 17', '12abc\n', { line: '12abc', int: 12, list: ['12abc'] }],
  ['vector 17, no number', 'abc\n', { line: 'abc', list: ['abc'] }],
  ['a missing file', undefined, {}],
  ['an empty file', '', { line: '', list: [] }],
  ['no LF at the end', 'a\nb', { line: 'a', list: ['a', 'b'] }],
  ['comments and empty lines', '# a\n\n \t\nb\n #c\n', { line: '# a', list: ['b', ' #c'] }],
  ['leading blanks', ' 12\n', { line: ' 12', list: [' 12'] }],
  ['an empty first line', '\na\n', { line: '', list: ['a'] }],
  ['bytes', '\xff\xc3\xa9\r\n', { line: '\xff\xc3\xa9\r', list: ['\xff\xc3\xa9\r'] }],
  ['NUL', 'a\0b\n\0c\n', { line: 'a\0b', list: ['a', 'b'] }],
  ['a negative number', '-1\n', { line: '-1', list: ['-1'] }],
];

for (const [what, text, read] of vectors) {
  test(`control files: control.md 1, ${what} → ${JSON.stringify(read)}`, t => {
    const directory = tempDir(t);
    if (text !== undefined) writeFileSync(join(directory, 'file'), text, 'latin1');
    const files = controlFiles(directory);
    const found = { line: files.line('file'), int: files.int('file'), list: files.list('file') };
    assert.deepEqual(found, { line: undefined, int: undefined, list: undefined, ...read });
  });
}

test('control files: a file that exists but cannot be read → refused with 111, naming the file', t => {
  const directory = tempDir(t);
  mkdirSync(join(directory, 'databytes'));
  const files = controlFiles(directory);
  for (const read of [files.line, files.int, files.list]) {
    assert.throws(
      () => read('databytes'),
      (error: unknown) => error instanceof UserError && error.exitCode === 111 && error.message.includes('databytes'),
    );
  }
});

test('control files: any bytes as a list → no entry is empty, a comment, or ends in a blank', t => {
  const directory = tempDir(t);
  const byte = fc.constantFrom('a', '#', ' ', '\t', '\n', '\xff');
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 30 }), bytes => {
      writeFileSync(join(directory, 'list'), bytes.join(''), 'latin1');
      const files = controlFiles(directory);
      for (const entry of files.list('list') ?? []) assert.match(entry, /^[^#\n][^\n]*(?<![ \t])$/);
      assert.equal(files.line('list')?.includes('\n'), false);
    }),
    { numRuns: 50 },
  );
});

test('readControl: only me → the defaults of control.md 2', t => {
  const control = writeControl(tempDir(t), { me: 'me.example\n' });
  const expected: Partial<Control> = {
    me: 'me.example',
    bounceFrom: 'MAILER-DAEMON',
    bounceHost: 'me.example',
    concurrencyLocal: 10,
    concurrencyRemote: 20,
    dataBytes: 0,
    defaultDomain: 'me.example',
    defaultHost: 'me.example',
    plusDomain: 'me.example',
    idHost: 'me.example',
    delayNoticeSec: 14_400,
    doubleBounceHost: 'me.example',
    doubleBounceTo: 'postmaster',
    envNoAtHost: 'me.example',
    heloHost: 'me.example',
    localIpHost: 'me.example',
    locals: new Set(['me.example']),
    percentHack: new Set(),
    queueLifetimeSec: 604_800,
    rbl: [],
    rcptHosts: undefined,
    badMailFrom: new Set(),
    smtpGreeting: 'me.example',
    smtpRoutes: new Map(),
    virtualDomains: new Map(),
    timeoutConnectSec: 60,
    timeoutRemoteSec: 1200,
    timeoutSmtpdSec: 1200,
    defaultDelivery: './Mailbox',
  };
  const seen = Object.fromEntries(Object.keys(expected).map(name => [name, control[name as keyof Control]]));
  assert.deepEqual(seen, expected);
});

test('silentConcurrencyLimit: a limit of open files → 255, or as many as it allows', () => {
  assert.deepEqual([undefined, 1024, 4096, 1_048_576].map(silentConcurrencyLimit), [255, 255, 255, 65_520]);
});

test('readControl: numbers at their limits → concurrency at most what open files allow, a timeout of 0 is one second', t => {
  const files = {
    concurrencylocal: '0\n',
    concurrencyremote: '4000000000\n',
    timeoutsmtpd: '0\n',
    databytes: '4294967295\n',
  };
  const { concurrencyLocal, concurrencyRemote, timeoutSmtpdSec } = writeControl(tempDir(t), files);
  assert.deepEqual(
    [concurrencyLocal, concurrencyRemote, timeoutSmtpdSec],
    [0, silentConcurrencyLimit(openFileLimit()), 1],
  );
  assert.ok(concurrencyRemote >= 255);
});

test('readControl: me missing or empty, no control directory → refused, with what to do', t => {
  const home = tempDir(t);
  assert.throws(() => readControl(home), /no control directory/);
  assert.throws(() => writeControl(home, { me: '' }), /me is missing or empty/);
});
