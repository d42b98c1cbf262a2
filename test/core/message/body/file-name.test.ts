// Names of attachments become file names that name nothing but a file, on every system.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { safeFileName } from '../../../../core/message/body/file-name.ts';

test('safeFileName: names from messages → names that are only names', () => {
  const rows: [string, string][] = [
    ['chart.pdf', 'chart.pdf'],
    ['Übersicht 2026.pdf', 'Übersicht 2026.pdf'],
    ['../../.ssh/authorized_keys', 'authorized_keys'],
    ['/etc/passwd', 'passwd'],
    ['C:\\Windows\\x.exe', 'x.exe'],
    ['a:stream.txt', 'a_stream.txt'],
    ['.bashrc', 'bashrc'],
    ['..', ''],
    ['', ''],
    [' \u0000\n', ''],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['invoice\u200B.exe', 'invoice.exe'],
    ['a\r\nb\tc', 'a b c'],
    ['name. . ', 'name'],
    ['x.exe .\u00a0', 'x.exe'],
    ['half \ud800', 'half \ufffd'],
    [`${'x'.repeat(300)}.tar`, `${'x'.repeat(196)}.tar`],
    [`${'é'.repeat(300)}.tar`, `${'é'.repeat(98)}.tar`],
    [`con${'.'.repeat(300)}.tar`, '_con.tar'],
    [`x.${'y'.repeat(300)}`, `x.${'y'.repeat(198)}`],
  ];
  assert.deepEqual(
    rows.map(([name]) => [name, safeFileName(name)]),
    rows,
  );
});

test('safeFileName: devices of Windows → files', () => {
  const devices = [
    'con',
    'NUL',
    'Aux',
    'prn',
    'CONIN$',
    'conout$',
    'CLOCK$',
    'COM1',
    'com0',
    'LPT9',
    'COM¹',
    'lpt³',
    'ＣＯＮ',
  ];
  for (const name of devices) {
    for (const given of [
      name,
      `${name}.txt`,
      `${name} .txt`,
      `${name}.tar.gz`,
      `${name}  .x. `,
      `C:\\${name}. `,
      ` ${name}`,
    ]) {
      assert.match(safeFileName(given), /^_/, given);
    }
  }
  const files = ['console.txt', 'COM10', 'com', 'CONIN', 'my con.txt', 'lpt.9', 'x.con'];
  assert.deepEqual(files.map(safeFileName), files);
});

test('safeFileName: any text → at most one path component of bounded length, and stays as it is', () => {
  const pieces = fc.constantFrom('con', 'COM', '¹', '.', ' ', 'é', 'e\u0301', '\u202e', '\\', ':', 'x'.repeat(90));
  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.array(pieces, { maxLength: 12 }).map(parts => parts.join('')),
  );
  fc.assert(
    fc.property(name, given => {
      const safe = safeFileName(given);
      if (safe !== '') assert.match(safe, /^[^. /\\\p{Cc}]([^/\\\p{Cc}]*[^. /\\\p{Cc}])?$/u);
      assert.ok(Buffer.byteLength(safe) <= 200);
      assert.equal(safeFileName(safe), safe);
    }),
    { numRuns: 2000 },
  );
});

test('safeFileName: a name of a megabyte → as quick as any', () => {
  const started = process.cpuUsage().user;
  for (const piece of ['.', ' ', 'é', '. ', '\u202e', 'con.', '\ud800'])
    safeFileName(`a${piece.repeat(1_000_000 / piece.length)}b`);
  assert.ok((process.cpuUsage().user - started) / 1e6 < 5);
});
