import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { safeFileName, saveDownloads } from '../../../main/electron/downloads.ts';

test('safeFileName: names from messages → names that are only names', () => {
  const rows: [string, string][] = [
    ['chart.pdf', 'chart.pdf'],
    ['Übersicht 2026.pdf', 'Übersicht 2026.pdf'],
    ['../../.ssh/authorized_keys', '_.._.ssh_authorized_keys'],
    ['/etc/passwd', '_etc_passwd'],
    ['C:\\Windows\\x.exe', 'C__Windows_x.exe'],
    ['.bashrc', 'bashrc'],
    ['..', 'attachment'],
    ['', 'attachment'],
    [' \u0000\n', 'attachment'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['nul', '_nul'],
    ['COM1.txt', '_COM1.txt'],
    ['console.txt', 'console.txt'],
    ['name. . ', 'name'],
    ['a\r\nb\tc', 'abc'],
    [`${'x'.repeat(300)}.tar`, `${'x'.repeat(196)}.tar`],
    [`${'é'.repeat(300)}.tar`, `${'é'.repeat(98)}.tar`],
  ];
  assert.deepEqual(
    rows.map(([name]) => [name, safeFileName(name)]),
    rows,
  );
});

test('safeFileName: any text → one path component of bounded length, and stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), name => {
      const safe = safeFileName(name);
      assert.match(safe, /^[^./\\\p{Cc}][^/\\\p{Cc}]*$/u);
      assert.ok(Buffer.byteLength(safe) <= 200);
      assert.equal(safeFileName(safe), safe);
    }),
  );
});

test('downloads: where they come from → a save dialog for the page’s own, nothing for others', () => {
  const session = new EventEmitter();
  saveDownloads(session as never, '/home/ines/Downloads');
  const rows: [string, boolean][] = [
    ['blob:app://waypost/1234', true],
    ['data:text/plain,x', true],
    ['blob:https://evil.example/1', false],
    ['blob:app://waypost.evil/1', false],
    ['https://evil.example/x', false],
    ['app://waypost/main.js', false],
  ];
  const got = rows.map(([url]) => {
    let prevented = false;
    let dialog: unknown;
    session.emit(
      'will-download',
      {
        preventDefault() {
          prevented = true;
        },
      },
      {
        getURL: () => url,
        getFilename: () => '../x.pdf',
        setSaveDialogOptions(options: unknown) {
          dialog = options;
        },
      },
    );
    assert.deepEqual(dialog, prevented ? undefined : { defaultPath: join('/home/ines/Downloads', '_x.pdf') });
    return [url, !prevented];
  });
  assert.deepEqual(got, rows);
});
