// How to open each place of the window, and how to see that it is open.
import type { Page } from 'playwright-core';

async function toMail(page: Page): Promise<void> {
  await page.goto(page.url().replace(/#.*|$/, '#/mail'));
  await page.reload();
  await page.getByRole('option', { name: /Berth 14/ }).waitFor();
}

async function toPlace(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor({ state: 'attached' });
}

async function read(page: Page, name: RegExp): Promise<void> {
  await toMail(page);
  await page.getByRole('option', { name }).click();
  await page.getByRole('article', { name: 'Message' }).getByRole('heading', { name }).waitFor();
}

export const places: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  mail: toMail,
  async reader(page) {
    await read(page, /Berth 14/);
  },
  async 'reader-html'(page) {
    await read(page, /Spring timetable/);
    await page.getByRole('radio', { name: 'HTML' }).check();
    await page.frameLocator('iframe').getByRole('heading', { name: 'Spring timetable' }).waitFor();
  },
  async 'reader-source'(page) {
    await read(page, /Berth 14/);
    await page.getByRole('radio', { name: 'Source' }).check();
    await page.getByText('Delivered-To:').waitFor();
  },
  async composer(page) {
    await read(page, /Berth 14/);
    await page.getByRole('button', { name: 'Reply all' }).click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
  },
  async queue(page) {
    await toPlace(page, 'Queue');
    await page.getByText('Greylisted').first().waitFor();
  },
  async 'queue-table'(page) {
    await toPlace(page, 'Queue');
    await page.getByRole('button', { name: 'Show as table' }).click();
    await page.getByRole('region', { name: 'Deliveries over time, as a table' }).waitFor();
  },
  async 'queue-held'(page) {
    await toPlace(page, 'Queue');
    const row = page.getByRole('row', { name: /parts@motor\.example/ });
    await row.getByText("wasn't able").waitFor();
    const hold = row.getByRole('button', { name: /^Hold/ });
    if (await hold.isVisible()) await hold.click();
    await row.getByRole('button', { name: /^Release/ }).waitFor();
  },
  async 'queue-message'(page) {
    await toPlace(page, 'Queue');
    await page.getByRole('button', { name: /^View: message to lars/ }).click();
    await page.getByRole('region', { name: 'Message text' }).getByText('Subject:').waitFor();
  },
  async 'queue-ask'(page) {
    await page.reload();
    await toPlace(page, 'Queue');
    await page.getByRole('button', { name: /^Return to sender: message to lars/ }).click();
    await page.getByRole('dialog', { name: 'Return this message to its sender?' }).waitFor();
  },
  async 'queue-trace'(page) {
    await page.reload();
    await toPlace(page, 'Queue');
    await page.getByRole('textbox', { name: 'Address, Message-ID or message number' }).fill('lars@nord.example');
    await page.keyboard.press('Enter');
    await page
      .getByRole('article', { name: /^message/ })
      .first()
      .waitFor();
  },
  async links(page) {
    await page.reload();
    await toPlace(page, 'Links');
    await page.getByText('Position at noon').first().waitFor();
  },
  async 'link-settings'(page) {
    await toPlace(page, 'Links');
    await page.getByRole('radio', { name: 'Settings' }).check();
    await page.getByRole('table', { name: 'Hours in which the link may be used' }).waitFor();
  },
  async account(page) {
    await toPlace(page, 'Links');
    await page.getByRole('button', { name: /^harbour-office/ }).click();
    await page.getByRole('button', { name: 'Fetch now' }).click();
    await page.getByText('unable to connect').first().waitFor();
  },
  async 'account-new'(page) {
    await toPlace(page, 'Links');
    await page.getByRole('button', { name: 'New account' }).click();
    await page.getByRole('textbox', { name: 'Name of the account' }).fill('provider');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Start with one of these').waitFor();
  },
  async rules(page) {
    await page.reload();
    await toPlace(page, 'Rules');
    await page.getByRole('button', { name: /-harbour/ }).click();
    await page.getByRole('list', { name: 'Line by line' }).waitFor();
  },
  async 'rules-new'(page) {
    await toPlace(page, 'Rules');
    await page.getByRole('button', { name: 'New address' }).click();
    await page.getByRole('textbox', { name: 'The part after the dash' }).fill('bills');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Start with one of these').waitFor();
  },
  async 'rules-explain'(page) {
    await page.reload();
    await toPlace(page, 'Rules');
    await page.getByRole('textbox', { name: 'Explain any address' }).fill('wanda-harbour@wayfarer.example');
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByRole('list', { name: 'Step by step' }).waitFor();
  },
  async status(page) {
    await toPlace(page, 'Status');
    await page.getByRole('list', { name: 'All else' }).waitFor();
  },
  async 'status-network'(page) {
    await toPlace(page, 'Status');
    await page.getByRole('button', { name: 'Look at the network too' }).click();
    await page.getByText('the network was looked at').waitFor();
  },
  async settings(page) {
    await toPlace(page, 'Settings');
    await page.getByRole('textbox', { name: 'Your name' }).waitFor();
  },
  async 'settings-files'(page) {
    await toPlace(page, 'Settings');
    const summary = page.getByText(/control files explained/);
    await summary.click();
    await summary.scrollIntoViewIfNeeded();
    await page.getByText('smtproutes', { exact: true }).waitFor();
  },
  async keys(page) {
    await toMail(page);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  },
};
