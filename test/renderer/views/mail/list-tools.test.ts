// Which messages the list shows and in which order, in a real browser on a real host.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { axeViolations } from '../../../support/axe.ts';
import { launchBrowser } from '../../../support/browser.ts';
import { openLetters } from '../../support/given-messages.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

const letter = (subject: string, more = '') => `From: Ines <ines@shore.example>\n${more}Subject: ${subject}\n\ntext\n`;

test('list: order, unread filter, key to the next unread, a search → what there is, and what is read stays in sight', async t => {
  const letters = [
    letter('One', 'Cc: M\u00fcller <m@copy.example>\n'),
    letter('Two'),
    letter('Three'),
    letter('From the boat', 'Date: Mon, 02 Feb 2026 10:00:00 +0000\n'),
  ];
  const { page, troubles } = await openLetters(t, browser, letters);
  const rows = page.getByRole('option');
  const heading = (name: string) =>
    page.getByRole('article', { name: 'Message' }).getByRole('heading', { name, exact: true });
  const order = (name: string) =>
    page.getByRole('group', { name: 'Newest first' }).getByRole('radio', { name }).check();
  assert.match((await rows.last().textContent()) ?? '', /From the boat/);
  await order('By arrival');
  await rows.first().filter({ hasText: 'From the boat' }).waitFor();
  await page.reload();
  await rows.first().filter({ hasText: 'From the boat' }).waitFor();
  await order('By date');
  await rows.first().filter({ hasText: 'Three' }).waitFor();

  await rows.nth(1).click();
  await heading('Two').waitFor();
  await page.getByText('3 unread of 4').waitFor();
  await page.getByRole('radio', { name: 'Unread' }).check();
  await page.getByText('3 unread of 4').waitFor();
  await rows.filter({ hasText: 'Two' }).waitFor();
  await page.locator('body').click({ position: { x: 5, y: 5 } });
  await page.keyboard.press('n');
  await heading('One').waitFor();
  await rows.filter({ hasText: 'Two' }).waitFor({ state: 'detached' });
  await page.keyboard.press('n');
  await heading('From the boat').waitFor();
  await page.keyboard.press('n');
  await heading('Three').waitFor();
  await page.keyboard.press('n');
  await page.getByText('No unread messages').waitFor();
  assert.deepEqual(await axeViolations(page), []);
  await page.getByRole('radio', { name: 'All' }).check();
  await rows.filter({ hasText: 'Two' }).waitFor();
  await page.getByRole('searchbox').fill('muller COPY');
  await page.getByText('1 found').waitFor();
  await rows.filter({ hasText: 'One' }).waitFor();
  assert.deepEqual(troubles, []);
});
