// The browser's Back and Forward on a real host: they close and open what the page shows, and never leave it by accident.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../support/browser.ts';
import { openLetters } from '../support/given-messages.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

const letter = (subject: string) => `From: Ines <ines@shore.example>\nSubject: ${subject}\n\ntext\n`;

test('browser Back: from a message, the composer, a mailbox, a place → what was there before', async t => {
  const { page, troubles } = await openLetters(t, browser, [letter('One'), letter('Two')], { width: 800, height: 600 });
  const heading = (name: string) =>
    page.getByRole('article', { name: 'Message' }).getByRole('heading', { name, exact: true });
  const option = (name: RegExp) => page.getByRole('option', { name });
  const first = page.url();

  await option(/Two/).click();
  await heading('Two').waitFor();
  await page.goBack();
  await option(/Two/).waitFor();
  await page.goForward();
  await heading('Two').waitFor();
  // The button of the window is the same step: no entry is left behind.
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await option(/One/).click();
  await heading('One').waitFor();
  await page.keyboard.press('r');
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await page.goBack();
  await heading('One').waitFor();
  await page.getByText('Not sent yet: Re: One').waitFor();
  await page.goForward();
  assert.equal(await page.getByRole('textbox', { name: 'Subject' }).inputValue(), 'Re: One');
  await page.goBack();
  await page.goBack();
  await option(/One/).waitFor();

  await page.getByRole('link', { name: 'Rules' }).click();
  await page.getByRole('heading', { level: 1, name: 'Rules' }).waitFor({ state: 'attached' });
  await page.goBack();
  await option(/One/).waitFor();
  await page.setViewportSize({ width: 1280, height: 800 });
  const box = (name: RegExp) => page.getByRole('navigation', { name: 'Mailboxes' }).getByRole('button', { name });
  await box(/Sent/).click();
  await page.getByText('No mail here').waitFor();
  await page.goBack();
  await option(/One/).waitFor();
  assert.equal(page.url(), first);
  assert.deepEqual(troubles, []);
});
