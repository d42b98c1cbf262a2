// Messages as large as those that the window itself sends, in a real browser.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { launchBrowser } from '../../../support/browser.ts';
import { initHome, serve } from '../../../support/host-process.ts';
import { tempDir } from '../../../support/temp-dir.ts';

/** A message with a text and a file. */
function withFile(subject: string, bytes: Buffer, after = ''): string {
  return [
    'From: Ines <ines@shore.example>',
    `Subject: ${subject}`,
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    '',
    'The chart is attached.',
    '--b',
    'Content-Type: application/octet-stream; name=chart.bin',
    'Content-Disposition: attachment; filename=chart.bin',
    'Content-Transfer-Encoding: base64',
    '',
    bytes.toString('base64').replace(/.{76}/g, '$&\n'),
    '--b',
    `${after}--`,
    '',
  ].join('\n');
}

const digest = (raw: Uint8Array) => createHash('sha256').update(raw).digest('hex');

test('reader: messages with 39 MB of files, and with more than is taken apart → the text is shown, files are saved', async t => {
  const directory = tempDir(t);
  const home = await initHome(directory, 'wayfarer.example', 'wanda');
  const chart = Buffer.alloc(39_000_000, 'soundings ');
  writeFileSync(join(home.maildir, 'new', '1.whole'), withFile('Chart', chart));
  const small = Buffer.from('soundings');
  const more = `Content-Type: application/octet-stream; name=cut.bin\nContent-Disposition: attachment\n\n${'x'.repeat(75)}\n`;
  const cut = withFile('Atlas', small, '').replace(/--b\n--\n$/, `--b\n${more}`);
  const filling = Buffer.alloc(66 * 1024 * 1024, `${'y'.repeat(75)}\n`);
  writeFileSync(
    join(home.maildir, 'new', '2.cut'),
    Buffer.concat([Buffer.from(cut), filling, Buffer.from('\n--b--\n')]),
  );
  const { ready } = await serve(t, home.home, ['--ui', '127.0.0.1:0']);
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const context = await browser.newContext({ acceptDownloads: true });
  const page = await context.newPage();
  await page.goto(ready.ui?.url ?? '');
  const message = page.getByRole('article', { name: 'Message' });
  for (const [subject, bytes] of [
    ['Chart', chart],
    ['Atlas', small],
  ] as const) {
    await page.getByRole('option', { name: new RegExp(subject) }).click();
    await message.getByRole('heading', { name: subject }).waitFor();
    await message.getByText('The chart is attached.').waitFor({ timeout: 60_000 });
    const saving = page.waitForEvent('download', { timeout: 60_000 });
    await message.getByRole('button', { name: /Save/ }).first().click();
    const path = await (await saving).path();
    assert.equal(digest(readFileSync(path)), digest(bytes), subject);
  }
  assert.equal(await message.getByText('cut.bin').count(), 0);
  await message.getByText(/of which the first 64 MB are parsed/).waitFor();
});
