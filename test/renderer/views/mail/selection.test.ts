// Several messages at once, in a real browser: actions change exactly the messages that are shown as selected.
import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { axeViolations } from '../../../support/axe.ts';
import { launchBrowser } from '../../../support/browser.ts';
import { until } from '../../../support/until.ts';
import { idOf, openMailWindow } from '../../support/mail-window.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

const selected = (page: Page) => page.getByRole('region', { name: 'Selected messages' });
const button = (page: Page, name: string) => selected(page).getByRole('button', { name, exact: true });

/** Numbers from `first` up to `last`. */
const numbers = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, at) => first + at);

test('selection: click, scroll far, Shift+click → all between, loaded or not; Delete and Undo do exactly those', async t => {
  const { page, row, inFolder, troubles } = await openMailWindow(t, browser, { messages: 620 });
  await row('Letter 615').click();
  await page.locator('.rows').evaluate(rows => {
    rows.scrollTop = 54 * 560;
  });
  await row('Letter 50').click({ modifiers: ['Shift'] });
  await selected(page).getByRole('heading', { name: '566 selected' }).waitFor();
  await selected(page).getByText('of 620 messages in Inbox').waitFor();
  await button(page, 'Delete').click();
  await page.getByText('566 messages moved to Trash').waitFor();
  assert.deepEqual(inFolder('.Trash'), numbers(50, 615));
  await page.getByText(/of 54$/).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText(/of 620$/).waitFor();
  assert.deepEqual(inFolder('').length, 620);
  assert.deepEqual(troubles, []);
});

test('selection: Ctrl+A → all; read, flagged and archived are all, and so many are said to be', async t => {
  const { page, row, inFolder, home, deliver } = await openMailWindow(t, browser, { messages: 230 });
  await row('Letter 229').click();
  await page.keyboard.press('Control+a');
  await selected(page).getByRole('heading', { name: '230 selected' }).waitFor();
  assert.deepEqual(await axeViolations(page), []);
  // The message that was open counts as read already.
  await button(page, 'Mark read').click();
  await page.getByText('229 messages marked read').waitFor();
  await button(page, 'Mark read').click();
  await page.getByText('No messages left to change').waitFor();
  // A message that arrives meanwhile is not selected.
  deliver(230);
  await row('Letter 230').waitFor();
  await selected(page).getByText('of 231 messages in Inbox').waitFor();
  // A message that another program removes is no longer selected.
  renameSync(
    join(home.maildir, 'cur', `${idOf(3).slice('INBOX/'.length)}:2,S`),
    join(home.maildir, '.Archive', 'cur', `${idOf(3).slice('INBOX/'.length)}:2,S`),
  );
  await selected(page).getByRole('heading', { name: '229 selected' }).waitFor();
  await button(page, 'Archive').click();
  await page.getByText('229 messages archived').waitFor();
  assert.deepEqual({ inbox: inFolder(''), archive: inFolder('.Archive') }, { inbox: [230], archive: numbers(0, 229) });
});

test('selection: a search, all found → those alone', async t => {
  const { page, inFolder } = await openMailWindow(t, browser, { messages: 260 });
  await page.keyboard.press('/');
  await page.keyboard.type('letter 2');
  await page.getByRole('button', { name: 'Select all 98 found' }).click();
  await selected(page).getByRole('heading', { name: '98 selected' }).waitFor();
  await page.keyboard.press('Escape');
  await selected(page).waitFor({ state: 'detached' });
  await page.getByRole('searchbox').fill('25');
  await page.getByRole('button', { name: 'Select all 13 found' }).click();
  await button(page, 'Archive').click();
  await page.getByText('13 messages archived').waitFor();
  assert.deepEqual(inFolder('.Archive'), [25, 125, 225, ...numbers(250, 259)]);
});

test('selection: Shift with arrows and End → a range that grows and shrinks at its end; answers are for one message', async t => {
  const { page, row, reader } = await openMailWindow(t, browser, { messages: 150 });
  await row('Letter 140').click();
  await page.getByText('149 unread of 150').waitFor();
  const says = (count: number) =>
    selected(page)
      .getByRole('heading', { name: `${count} selected` })
      .waitFor();
  await page.keyboard.press('Shift+ArrowDown');
  await says(2);
  await page.keyboard.press('Shift+End');
  await says(141);
  await page.keyboard.press('Shift+Home');
  await says(10);
  await page.keyboard.press('r');
  await page.getByText('reply to them or forward them one at a time').waitFor();
  await page.keyboard.press('Escape');
  // Of all that nothing was opened and counted as read; now the row where the keyboard is.
  await reader().getByRole('heading', { name: 'Letter 149' }).waitFor();
  await page.getByText('148 unread of 150').waitFor();
});

test('selection: where list and reader take turns → the actions stand above the list', async t => {
  const { page, row, inFolder } = await openMailWindow(t, browser, { messages: 5, width: 700, height: 600 });
  await row('Letter 4').click({ modifiers: ['Control'] });
  await row('Letter 2').click({ modifiers: ['Control'] });
  await page.getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name: 'Archive' }).click();
  await page.getByText('2 messages archived').waitFor();
  await until('both in Archive', () => inFolder('.Archive').length === 2);
  assert.deepEqual(inFolder('.Archive'), [2, 4]);
});
