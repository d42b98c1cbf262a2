// The guide as a person meets it: a first start, an address and a password at a provider made of Postfix and Dovecot, and mail goes out
// and comes in.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { axeViolations } from '../../../support/axe.ts';
import { launchBrowser } from '../../../support/browser.ts';
import { initHome, personsDir, serve } from '../../../support/host-process.ts';
import { address, password, startProvider, withoutProvider } from '../../../support/stand-in-provider.ts';
import { until } from '../../../support/until.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

/** Where a test wants pictures of each page, to look at them. */
const pictures = process.env.WAYPOST_GUIDE_PICTURES;

async function openFirst(t: TestContext) {
  const made = await initHome(personsDir(t), 'here.example', 'ines', { resolvers: '127.0.0.1:1\n' });
  writeFileSync(join(made.home, 'settings.json'), '{ "welcome": true }\n');
  const host = await serve(t, made.home, ['--ui', '127.0.0.1:0']);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  t.after(() => context.close());
  const page = await context.newPage();
  // Several processes start and parse at once on a machine that may be busy.
  page.setDefaultTimeout(60_000);
  const troubles: string[] = [];
  page.on('pageerror', error => troubles.push(error.message));
  page.on('console', message => message.type() === 'error' && troubles.push(message.text()));
  await page.goto(host.ready.ui?.url ?? '');
  return { ...made, page, troubles };
}

/** In both themes and both sizes. */
async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  for (const colorScheme of ['dark', 'light'] as const) {
    for (const viewport of [
      { width: 800, height: 600 },
      { width: 1280, height: 800 },
    ]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(viewport);
      await page.screenshot({ path: join(pictures, `${name}-${viewport.width}-${colorScheme}.png`) });
    }
  }
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const textbox = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });

test('guide: first start, wrong password, right password → nothing is written before it works; then mail goes out and comes in', {
  skip: withoutProvider(),
}, async t => {
  const provider = await startProvider(t);
  const { home, maildir, page, troubles } = await openFirst(t);
  const { ports, submission, authority } = provider;

  await heading(page, 'What does this machine do with mail?').waitFor();
  await picture(page, '1-role');
  assert.deepEqual(await axeViolations(page), []);
  await page.keyboard.press('Tab');
  assert.equal(await page.getByRole('radio', { name: /through a provider/ }).isChecked(), true);
  await page.keyboard.press('Enter');

  await heading(page, 'Your address').waitFor();
  await textbox(page, 'Your name').fill('Ann');
  await textbox(page, 'Address').fill('ann');
  await page.keyboard.press('Enter');
  await page.getByText('This is not an address.').waitFor();
  await picture(page, '2-who');
  assert.deepEqual(await axeViolations(page), []);
  await textbox(page, 'Address').fill(address);
  await page.keyboard.press('Enter');

  await heading(page, 'Password and servers').waitFor();
  await page.getByText('Its servers were not found.').waitFor();
  await page.getByLabel('Password', { exact: true }).fill('mellon');
  const [sending, fetching] = ['Server for sending', 'Server for fetching'].map(name =>
    page.getByRole('group', { name }),
  );
  assert.ok(sending && fetching);
  await sending.getByLabel('Host').fill('localhost');
  await sending.getByLabel('Port').fill(String(submission));
  await sending.getByLabel('TLS').selectOption('starttls');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByText('Server for fetching: write the name of the host').waitFor();
  await fetching.getByLabel('Host').fill('localhost');
  await fetching.getByLabel('Port').fill(String(ports.imaps));
  await page.getByText('Own authority', { exact: true }).click();
  await textbox(page, 'File of certificates').fill(authority);
  await picture(page, '3-servers');
  assert.deepEqual(await axeViolations(page), []);
  await page.getByRole('button', { name: 'Try it' }).click();

  await page.getByText('This does not work yet. Nothing was saved.').waitFor();
  await page.getByText(/refused the login as ann@provider\.example .*535 5\.7\.8/).waitFor();
  await picture(page, '4-failed');
  assert.deepEqual(await axeViolations(page), []);
  const written = () =>
    ['control/smtproutes', 'control/identities', 'control/fetch', 'secrets/provider'].filter(path =>
      existsSync(join(home, path)),
    );
  assert.deepEqual(written(), []);

  await page.getByRole('button', { name: 'Change the answers' }).click();
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByText('All of it works.').waitFor();
  await picture(page, '5-good');
  assert.deepEqual(await axeViolations(page), []);
  assert.deepEqual(written(), []);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText(`Mail goes out as ${address} now.`).waitFor();
  await picture(page, '6-done');
  assert.equal(written().length, 4);

  await page.getByRole('button', { name: 'Write a message' }).click();
  await page.getByRole('combobox', { name: 'To' }).or(textbox(page, 'To')).first().fill('joe@far.example');
  await textbox(page, 'Subject').fill('out');
  await page
    .getByRole('textbox', { name: /text|message/i })
    .last()
    .fill('through the provider');
  await page.keyboard.press('Control+Enter');
  const texts = (directory: string) =>
    ['new', 'cur'].flatMap(part =>
      readdirSync(join(directory, part)).map(name => readFileSync(join(directory, part, name), 'latin1')),
    );
  const sent = await until('the message at the provider', () =>
    texts(provider.maildir).find(text => text.includes('Subject: out')),
  );
  assert.match(sent, /^From: "?Ann"? <ann@provider\.example>\r?$/m);

  provider.put('9.z', 'From: Joe <joe@far.example>\nTo: ann@provider.example\nSubject: And back\n\nin\n');
  await page.getByRole('option').filter({ hasText: 'And back' }).waitFor();
  assert.ok(texts(maildir).some(text => text.includes('Subject: And back')));

  // Again, from the settings: the present answers, and the stored password.
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Set up mail' }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  assert.equal(await page.getByRole('combobox', { name: 'Address' }).inputValue(), 'provider');
  assert.equal(await textbox(page, 'Address').inputValue(), address);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('These are your present answers.').waitFor();
  await page.getByRole('link', { name: /^Mail/ }).click();
  await page.getByRole('option').first().waitFor();
  assert.deepEqual(troubles, []);
});

test('guide: a first start, Not now → the mail, and after a reload the guide does not come again', async t => {
  const { home, page, troubles } = await openFirst(t);
  await heading(page, 'What does this machine do with mail?').waitFor();
  await page.getByRole('button', { name: 'Not now' }).click();
  await page.getByRole('navigation', { name: 'Mailboxes' }).waitFor();
  await until('the settings', () => /"welcome": false/.test(readFileSync(join(home, 'settings.json'), 'utf8')));
  await page.reload();
  await page.getByRole('navigation', { name: 'Mailboxes' }).waitFor();
  assert.equal(await heading(page, 'What does this machine do with mail?').count(), 0);

  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Set up mail' }).click();
  await page.getByRole('radio', { name: /mail host of a domain/ }).check();
  await page.getByRole('button', { name: 'Next' }).click();
  await textbox(page, 'Domains').fill('here.example shore.example');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByText('here.example has no address in the DNS.').waitFor();
  assert.deepEqual(await axeViolations(page), []);
  await page.getByRole('button', { name: 'Save anyway' }).click();
  await page.getByText('This host uses the new answers now.').waitFor();
  assert.equal(readFileSync(join(home, 'control/locals'), 'utf8'), 'here.example\nshore.example\nlocalhost\n');
  assert.deepEqual(troubles, []);
});
