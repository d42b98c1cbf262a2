// The links place on a real host with a real link: what a person writes waits, goes at a contact, and is traced.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { axeViolations } from '../../../support/axe.ts';
import { launchBrowser } from '../../../support/browser.ts';
import { giveToOwner, initHome, serve } from '../../../support/host-process.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

function dayAfterTomorrow(): string {
  return ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][(new Date().getDay() + 2) % 7] ?? '';
}

test('links on a real host: a message over a link → forecast, waits, put first, exchanged, in history, traced', async t => {
  const directory = tempDir(t);
  const site = await initHome(directory, 'site.example', 'ann');
  const there = await serve(t, site.home, ['--smtp', '127.0.0.1:0']);
  const hub = await initHome(directory, 'hub.example', 'ines');
  const links = join(hub.home, 'control', 'links');
  mkdirSync(links);
  const file = `carries site.example\nserver 127.0.0.1:${there.ready.smtp?.port}\nlargest-bytes 20000\n`;
  writeFileSync(join(links, 'radio'), `${file}cost-per-megabyte 1000\ncurrency EUR\n`);
  writeFileSync(join(links, 'isp'), `window ${dayAfterTomorrow()} 03:00-03:15\ndo queue\n`);
  giveToOwner(directory);
  const host = await serve(t, hub.home, ['--ui', '127.0.0.1:0']);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  t.after(() => context.close());
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', error => troubles.push(error.message));
  page.on('console', message => message.type() === 'error' && troubles.push(message.text()));
  await page.goto(host.ready.ui?.url ?? '');
  const place = (name: string) =>
    page
      .getByRole('navigation', { name: 'Places' })
      .getByRole('link', { name: new RegExp(`^${name}`) })
      .click();
  const write = async (subject: string, body: string, to = 'ann@site.example') => {
    await page.getByRole('button', { name: 'Write' }).click();
    await page.getByRole('textbox', { name: 'To', exact: true }).fill(to);
    await page.getByRole('textbox', { name: 'Subject' }).fill(subject);
    await page.getByRole('textbox', { name: 'Message' }).fill(body);
  };
  const send = async () => {
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Queued for 1 recipient').first().waitFor();
    // The notice may be that of the message before.
    await page.getByRole('button', { name: 'Send', exact: true }).waitFor({ state: 'detached' });
  };

  await write('Long', 'x'.repeat(30_000));
  await page.getByText(/^Larger than the 20 kB that radio takes.* costs about 3\d\.\d\d EUR\.$/).waitFor();
  await send();
  await write('Short', 'Hello.');
  await page.getByText(/^Going over radio costs about \d\.\d\d EUR\.$/).waitFor();
  await send();

  // Mail for other hosts waits in the queue, for another link.
  await write('Far', 'Hello.', 'joe@far.example');
  await send();
  await place('Queue');
  const row = page
    .getByRole('table', { name: 'Messages in the queue' })
    .locator('tbody')
    .filter({ hasText: 'joe@far' });
  await row.getByText('Waits for isp', { exact: true }).waitFor();
  await page.getByText('1 waiting for isp', { exact: true }).waitFor();
  await row.getByText(/^next window \w{3} 03:00$/).waitFor();
  await place('Mail');
  await page.getByRole('navigation', { name: 'Mailboxes' }).getByRole('button', { name: /^Sent/ }).click();
  await page.getByRole('option', { name: /Short/ }).click();
  const waits = page.getByRole('list', { name: 'Links that this message waits for' });
  await waits.getByText('Waits for radio, it is down: ann@site.example').waitFor();
  assert.deepEqual(await axeViolations(page), []);
  await waits.getByRole('button', { name: 'Show link' }).click();
  const list = page.getByRole('list', { name: /^Messages that wait/ });
  await list.getByText('too large').waitFor();
  const subjects = async () => (await list.locator('b').allInnerTexts()).join(' ');
  await until('both in order', async () => (await subjects()) === 'Short Long');
  await list.getByRole('button', { name: 'Hold: Short' }).click();
  await list.getByText('held', { exact: true }).waitFor();
  await list.getByRole('button', { name: 'Release: Short' }).click();
  await list.getByText('held', { exact: true }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await page.getByRole('list', { name: 'What was tried' }).getByText('PIPELINING').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Exchange now' }).click();
  const arrived = () => readdirSync(join(site.maildir, 'new')).length;
  await until('the short one at the site', () => arrived() === 1);
  await until('one left', async () => (await subjects()) === 'Long');
  await list.getByRole('button', { name: 'Send now: Long' }).click();
  await page.getByRole('button', { name: 'Exchange now' }).click();
  await until('the long one at the site', () => arrived() === 2);

  await page.getByRole('radio', { name: 'History' }).check();
  const contacts = page.getByRole('table', { name: 'Contacts, newest first' });
  await contacts.getByText('you asked').first().waitFor();
  await contacts
    .getByRole('button', { name: /^Read the transcript/ })
    .last()
    .click();
  await page.getByRole('dialog').getByText('MAIL FROM:<ines@hub.example>').waitFor();
  await page.keyboard.press('Escape');

  await place('Mail');
  await page.getByRole('heading', { name: 'Short' }).waitFor();
  await waits.waitFor({ state: 'detached' });

  await place('Queue');
  await page.getByRole('textbox', { name: 'Address, Message-ID or message number' }).fill('ann@site.example');
  await page.keyboard.press('Enter');
  const lives = page.getByRole('region', { name: 'What happened to a message' });
  await lives.getByText('(link radio): ann@site.example').first().waitFor();
  assert.deepEqual(troubles, []);
});
