// Folders on a real host, in a real browser: shown as a tree, hidden, created, renamed, deleted; and what is on disk afterwards.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { axeViolations } from '../../../support/axe.ts';
import { launchBrowser } from '../../../support/browser.ts';
import { until } from '../../../support/until.ts';
import { openMailWindow } from '../../support/mail-window.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

const names = ['.Archive', '.lists', '.lists.qmail', '.lists.qmail.2026', '.Entw&APw-rfe', '.far.away'];

test('folders: names in modified UTF-7, one in another → a tree; what is hidden is counted, and stays hidden', async t => {
  const { page, home, box, troubles } = await openMailWindow(t, browser, { messages: 1, folders: names });
  for (const [file, subject] of [
    ['new/1700000050.50.host', 'Fresh'],
    ['cur/1700000051.51.host:2,ST', 'Going'],
  ] as const) {
    writeFileSync(join(home.maildir, '.lists.qmail', file), `From: a@b.example\nSubject: ${subject}\n\nx\n`);
  }
  await box(/^Entwürfe$/).waitFor();
  await box(/^qmail\s*1/).click();
  const row = page.getByRole('option').filter({ hasText: 'Going' });
  await row.getByText('Marked for deletion').waitFor({ state: 'attached' });
  assert.match((await row.getAttribute('class')) ?? '', /\btrashed\b/);
  assert.equal(
    await row.getByText('Going').evaluate(element => getComputedStyle(element).textDecorationLine),
    'line-through',
  );

  await page.getByRole('button', { name: 'Hide the folders in lists' }).click();
  await box(/^lists\s*1/).waitFor();
  assert.equal(await box(/^qmail/).count(), 0);
  await page.reload();
  await box(/^lists\s*1/).waitFor();
  assert.equal(await box(/^qmail/).count(), 0);
  await page.getByRole('button', { name: 'Show the folders in lists' }).click();
  await box(/^2026$/).waitFor();
  // A folder that is not a mailbox only contains others.
  await box(/^far$/).click();
  assert.equal(await box(/^away$/).count(), 0);
  assert.deepEqual(await axeViolations(page), []);
  assert.deepEqual(troubles, []);
});

test('folders: made, renamed, removed with mail in it → as other programs read them; the mail is in Trash', async t => {
  const { page, home, box, row, inFolder, troubles } = await openMailWindow(t, browser, {
    messages: 3,
    folders: names,
  });
  const dialog = page.getByRole('dialog');
  const there = (folder: string) => existsSync(join(home.maildir, folder, 'cur'));

  await page.getByRole('button', { name: 'New folder' }).click();
  await dialog.getByLabel('Name').fill('v1.2');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByText('cannot contain dots').waitFor();
  assert.deepEqual(await axeViolations(page), []);
  await dialog.getByLabel('Name').fill('Größe');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('Folder Größe was created').waitFor();
  assert.ok(there('.Gr&APYA3w-e'));
  await box(/^Größe$/).waitFor();

  await page.getByRole('button', { name: 'Change lists' }).click();
  assert.deepEqual(await axeViolations(page), []);
  await dialog.getByRole('button', { name: 'New subfolder' }).click();
  await dialog.getByLabel('Name').fill('djb');
  await page.keyboard.press('Enter');
  await box(/^djb$/).waitFor();
  assert.ok(there('.lists.djb'));

  await page.getByRole('button', { name: 'Change lists' }).click();
  await dialog.getByLabel('Name').fill('Größe');
  await page.keyboard.press('Enter');
  await dialog.getByText('There is already a folder Größe').waitFor();
  await dialog.getByLabel('Name').fill('post');
  await page.keyboard.press('Enter');
  await box(/^post$/).waitFor();
  assert.deepEqual(['.post', '.post.qmail.2026', '.post.djb', '.lists'].map(there), [true, true, true, false]);

  await box(/^Inbox/).click();
  await row('Letter 1').dragTo(box(/^qmail$/));
  await row('Letter 2').dragTo(box(/^post$/));
  await until('both to have moved', () => inFolder('.post').length + inFolder('.post.qmail').length === 2);
  // The window learns of the moved messages a little after the disk.
  await until('the counts in the question', async () => {
    await page.getByRole('button', { name: 'Change post' }).click();
    await dialog.getByRole('button', { name: 'Delete folder' }).click();
    const question = dialog.getByText('Its 3 subfolders are deleted too. 2 messages move to Trash.');
    const isRight = await question.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    );
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    return isRight;
  });
  assert.deepEqual([inFolder('.post'), inFolder('.post.qmail')], [[2], [1]]);
  await page.getByRole('button', { name: 'Change post' }).click();
  await dialog.getByRole('button', { name: 'Delete folder' }).click();
  await dialog.getByRole('button', { name: 'Delete folder' }).click();
  await page.getByText('Folder post was deleted; 2 messages are in Trash').waitFor();
  await box(/^post$/).waitFor({ state: 'detached' });
  assert.deepEqual([inFolder('.Trash'), there('.post'), there('.post.qmail')], [[1, 2], false, false]);
  assert.deepEqual(troubles, []);
});

test('rules: the template for a folder of its own, saved → the folder is there, and in the list', async t => {
  const { page, home, box, troubles } = await openMailWindow(t, browser, { messages: 1 });
  await page
    .getByRole('link', { name: 'Rules' })
    .or(page.getByRole('button', { name: 'Rules' }))
    .first()
    .click();
  await page.getByRole('button', { name: 'New address' }).click();
  await page.getByLabel('The part after the dash').fill('harbour');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /File in its own folder/ }).click();
  await page.getByRole('button', { name: 'Save rule' }).click();
  await until('the folder', () => existsSync(join(home.maildir, '.harbour/cur')));
  await page
    .getByRole('link', { name: 'Mail' })
    .or(page.getByRole('button', { name: 'Mail' }))
    .first()
    .click();
  await box(/^harbour$/).waitFor();
  assert.deepEqual(troubles, []);
});
