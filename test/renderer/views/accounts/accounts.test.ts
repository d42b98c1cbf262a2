// Accounts in the links place, on a real host: one is written with the form, its password is saved, what goes wrong is said, and
// what another program writes meanwhile is not lost.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { axeViolations } from '../../../support/axe.ts';
import { launchBrowser } from '../../../support/browser.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';
import { startSampleHost } from '../../support/sample-host.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

test('accounts: a new one from a template, fetched, removed and brought back; one edited as text → files on the disk, nothing lost', async t => {
  const sample = await startSampleHost(t, tempDir(t));
  const { home } = sample;
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(sample.url);
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Links' }).click();

  await page.getByRole('button', { name: 'New account' }).click();
  await page.getByRole('textbox', { name: 'Name of the account' }).fill('Harbour');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText('Use up to 32 small letters').waitFor();
  await page.getByRole('textbox', { name: 'Name of the account' }).fill('second');
  await page.getByRole('button', { name: 'Create' }).click();
  assert.deepEqual(await axeViolations(page), []);
  await page.getByRole('button', { name: /^POP3/ }).click();
  await page.getByRole('textbox', { name: 'Server' }).fill('127.0.0.1:1');
  const save = page.getByRole('button', { name: 'Save account' });
  await page.getByRole('radio', { name: 'None' }).check();
  await page.getByRole('textbox', { name: 'Minutes between looks' }).fill('soon');
  await page.getByText('soon is not a number').first().waitFor();
  assert.equal(await save.isDisabled(), true);
  await page.getByRole('textbox', { name: 'Minutes between looks' }).fill('0');
  await page.getByText('The file is correct.').waitFor();
  await save.click();
  const path = join(home, 'control/fetch/second');
  await until('the file', () => existsSync(path));
  assert.match(readFileSync(path, 'utf8'), /^protocol pop3\nserver 127\.0\.0\.1:1\ntls none\n[\s\S]*every 0\n/);

  await page.getByLabel('Password', { exact: true }).fill('mellon');
  await page.getByRole('button', { name: 'Save password' }).click();
  const secret = join(home, 'secrets/second');
  await until('the password', () => existsSync(secret));
  assert.deepEqual([readFileSync(secret, 'utf8'), statSync(secret).mode & 0o777], ['mellon\n', 0o600]);
  assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '');

  await page.getByRole('button', { name: 'Fetch now' }).click();
  await page.getByText('unable to connect to 127.0.0.1 port 1').first().waitFor();
  assert.deepEqual(await axeViolations(page), []);

  await page.getByRole('button', { name: 'Remove account' }).click();
  await until('the file is gone', () => !existsSync(path));
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await until('the file is back', () => existsSync(path));

  // The account of the sample, edited as text.
  const office = join(home, 'control/fetch/harbour-office');
  const before = readFileSync(office, 'utf8');
  const every = (minutes: string) => before.replace('every 0', `every ${minutes}`);
  const line = before.split('\n').indexOf('every 0') + 1;
  await page.getByRole('button', { name: /^harbour-office/ }).click();
  const file = page.getByRole('textbox', { name: 'File', exact: true });
  await until('its file', async () => (await file.inputValue()) === before);
  await file.fill(every('soon'));
  await page.getByRole('button', { name: `Line ${line}` }).click();
  const selected = () =>
    file.evaluate(area => {
      const { value, selectionStart, selectionEnd } = area as unknown as HTMLTextAreaElement;
      return value.slice(selectionStart, selectionEnd);
    });
  assert.equal(await selected(), 'every soon');
  await file.fill(every('20'));
  await page.getByText('The file is correct.').waitFor();
  writeFileSync(office, `${before}# by another program\n`);
  await page.getByRole('textbox', { name: 'Minutes between looks' }).focus();
  await page.keyboard.press('Control+s');
  const conflict = page.getByRole('alert').filter({ hasText: 'The file has changed' });
  await conflict.waitFor();
  assert.deepEqual(await axeViolations(page), []);
  assert.equal(readFileSync(office, 'utf8'), `${before}# by another program\n`);
  await conflict.getByRole('button', { name: 'Load the new version' }).click();
  await until('what they wrote', async () => (await file.inputValue()) === `${before}# by another program\n`);
  await file.fill(every('20'));
  await page.getByText('The file is correct.').waitFor();
  await page.keyboard.press('Control+s');
  await page.getByText('Account harbour-office saved').waitFor();
  assert.equal(readFileSync(office, 'utf8'), every('20'));
});
