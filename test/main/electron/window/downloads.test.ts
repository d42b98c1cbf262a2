// Only downloads of the page's own are saved, and the user says where.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { saveDownloads } from '../../../../main/electron/window/downloads.ts';

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
        getFilename: () => '../COM¹ .pdf',
        setSaveDialogOptions(options: unknown) {
          dialog = options;
        },
      },
    );
    assert.deepEqual(dialog, prevented ? undefined : { defaultPath: join('/home/ines/Downloads', '_COM¹ .pdf') });
    return [url, !prevented];
  });
  assert.deepEqual(got, rows);
});
