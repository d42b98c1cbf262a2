// The composer on a real host, in a real browser: what is typed and clicked, and what is on disk afterwards.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../../../support/browser.ts';
import { initHome, serve, type TestHome, waypost } from '../../../support/host-process.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

interface Desk {
  readonly home: TestHome;
  readonly page: Page;
  field(name: string): Locator;
  /** The host changes settings. */
  change(settings: object): Promise<void>;
  /** Puts a message into the inbox and opens it. */
  read(subject: string, lines: readonly string[]): Promise<void>;
  /** The messages of a folder, by file name. */
  files(folder: string): Map<string, string>;
}

async function openDesk(t: TestContext): Promise<Desk> {
  const home = await initHome(tempDir(t), 'wayfarer.example', 'wanda');
  await waypost(['maildirmake', join(home.maildir, '.Drafts')]);
  const { ready } = await serve(t, home.home, ['--ui', '127.0.0.1:0']);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(ready.ui?.url ?? '');
  await page.getByRole('navigation', { name: 'Mailboxes' }).waitFor();
  return {
    home,
    page,
    field: name => page.getByRole('textbox', { name, exact: true }),
    async change(settings) {
      await waypost(['api', 'host.change', JSON.stringify(settings), '--home', home.home]);
    },
    async read(subject, lines) {
      writeFileSync(join(home.maildir, 'new', `1.${subject}`), [...lines, ''].join('\n'));
      await page.getByRole('option', { name: new RegExp(subject) }).click();
    },
    files(folder) {
      const cur = join(home.maildir, folder, 'cur');
      if (!existsSync(cur)) return new Map();
      return new Map(readdirSync(cur).map(name => [name, readFileSync(join(cur, name), 'utf8')]));
    },
  };
}

function showMailbox(page: Page, name: RegExp): Promise<void> {
  return page.getByRole('navigation', { name: 'Mailboxes' }).getByRole('button', { name }).click();
}

test('composer: a list pasted one per line, a name without a host → read as a list; asked about before it is sent', async t => {
  const { page, field } = await openDesk(t);
  await page.keyboard.press('c');
  await field('To').evaluate(element => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'ines@shore.example\r\n  Tomas <tomas@shore.example>,\n\n');
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  assert.equal(await field('To').inputValue(), 'ines@shore.example, Tomas <tomas@shore.example>');
  await field('To').fill('Doe, John <john@shore.example>');
  await field('Subject').fill('Tide');
  await field('Message').fill('High at six.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('alert').getByText('Did you mean Doe@wayfarer.example?').waitFor();
  await field('To').fill('"Doe, John" <john@shore.example>');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Queued for 1 recipient').waitFor();
});

const htmlDraft = [
  'From: Wanda at the club <wanda-club@wayfarer.example>',
  'To: ines@shore.example',
  'Subject: With colours',
  'MIME-Version: 1.0',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>Some <b>bold</b> words</p>',
  '',
].join('\n');

test('composer: a draft of another program, in HTML → it stays as it is; the copy, deleted while it is open, is gone', async t => {
  const { home, page, field, files } = await openDesk(t);
  const original = '1796000000.M1P1.other:2,DS';
  writeFileSync(join(home.maildir, '.Drafts', 'cur', original), htmlDraft);
  await showMailbox(page, /Drafts/);
  await page.getByRole('option', { name: /With colours/ }).dblclick();
  await page.getByRole('note').getByText('Another program wrote this draft').waitFor();
  const chosen = page.locator('#compose-from option:checked', { hasText: 'Wanda at the club' });
  await chosen.waitFor({ state: 'attached' });
  await field('Message').fill('Plain words');
  await page.getByText(/saved \d\d:\d\d/).waitFor();
  const copies = () => [...files('.Drafts')].filter(([, raw]) => raw.includes('Plain words'));
  assert.equal(copies().length, 1);
  assert.equal(files('.Drafts').get(original), htmlDraft);

  await field('Message').fill('Plain words, and more');
  await page.getByRole('option', { name: /Plain words/ }).click();
  await page.keyboard.press('#');
  await until('the copy in Trash', () => [...files('.Trash').values()].some(raw => raw.includes('and more')));
  assert.deepEqual([copies().length, files('.Drafts').get(original)], [0, htmlDraft]);
});

const letter = [
  'From: Ines <ines@shore.example>',
  'To: wanda@wayfarer.example',
  'Date: Sat, 21 Nov 2026 10:36:59 +0100',
  'Subject: Tide',
  'Message-ID: <tide@shore.example>',
  '',
  'High at six.',
];

test('composer: by the keyboard, with a signature → the words are above it', async t => {
  const { page, field, change } = await openDesk(t);
  await change({ signature: 'Wanda' });
  await page.keyboard.press('c');
  await page.keyboard.type('ines@shore.example');
  while (!(await field('Message').evaluate(element => element === document.activeElement))) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.type('High at six.');
  assert.equal(await field('Message').inputValue(), 'High at six.\n\n-- \nWanda\n');
});

test('composer: a reply → the caret is above the quote with an empty line, or below it, as the settings say', async t => {
  const { page, field, change, read } = await openDesk(t);
  await change({ signature: 'Wanda' });
  await read('Tide', letter);
  await page.keyboard.press('r');
  await field('Message').waitFor();
  await page.keyboard.type('Aye.');
  const quote = 'On Sat, 21 Nov 2026 at 10:36, Ines wrote:\n> High at six.\n';
  assert.equal(await field('Message').inputValue(), `Aye.\n\n${quote}\n\n-- \nWanda\n`);
  await page.keyboard.press('Escape');
  const place = page.getByRole('navigation', { name: 'Places' });
  await place.getByRole('link', { name: 'Settings' }).click();
  await page.getByText('Below the quote', { exact: true }).click();
  await place.getByRole('link', { name: 'Mail' }).click();
  await page.getByRole('option', { name: /Tide/ }).first().click();
  await page.keyboard.press('r');
  await field('Message').waitFor();
  await page.keyboard.type('Aye.');
  assert.equal(await field('Message').inputValue(), `${quote}\nAye.\n\n-- \nWanda\n`);
});

test('composer: From → the address that was written to; another one of the choice is in what is sent', async t => {
  const { home, page, field, files, read } = await openDesk(t);
  writeFileSync(join(home.mailHome, '.qmail-club'), '', { mode: 0o600 });
  await read(
    'Tide',
    letter.map(line => line.replace(/^To: .*/, 'To: Wanda-Shop@wayfarer.example')),
  );
  await page.keyboard.press('r');
  const from = page.getByRole('combobox', { name: 'From' });
  await from.getByRole('option', { name: 'wanda-club@wayfarer.example' }).waitFor({ state: 'attached' });
  const choice = await from.getByRole('option').allInnerTexts();
  assert.deepEqual(
    [await from.inputValue(), choice],
    [
      'Wanda-Shop@wayfarer.example',
      ['wanda@wayfarer.example', 'wanda-club@wayfarer.example', 'Wanda-Shop@wayfarer.example'],
    ],
  );
  await from.selectOption('wanda-club@wayfarer.example');
  await field('Message').fill('Aye.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Queued for 1 recipient').waitFor();
  const [copy = ''] = [...files('.Sent').values()];
  assert.match(copy, /^From: wanda-club@wayfarer\.example$/m);
  assert.match(copy, /^In-Reply-To: <tide@shore\.example>$/m);
});

test('composer: one file among several cannot be read → it is named, the others are attached', async t => {
  const { page } = await openDesk(t);
  await page.keyboard.press('c');
  await page.locator('.composer').evaluate(element => {
    const gone = new File(['x'], 'gone.txt');
    const readAsDataURL = FileReader.prototype.readAsDataURL;
    // What a browser does for a folder, and for a file that was deleted meanwhile.
    FileReader.prototype.readAsDataURL = function (blob) {
      if (blob !== gone) readAsDataURL.call(this, blob);
      else setTimeout(() => this.onerror?.(new ProgressEvent('error') as ProgressEvent<FileReader>));
    };
    const input = element.querySelector<HTMLInputElement>('input[type=file]');
    const dataTransfer = new DataTransfer();
    for (const file of [new File(['a'], 'first.txt'), gone, new File(['b'], 'last.txt')]) dataTransfer.items.add(file);
    if (!input) throw new Error('no input');
    const given = Object.defineProperty(new Event('change', { bubbles: true }), 'none', {});
    Object.defineProperty(input, 'files', {
      value: [...dataTransfer.files].map((file, at) => (at === 1 ? gone : file)),
    });
    input.dispatchEvent(given);
  });
  await page.getByText('gone.txt was not attached').waitFor();
  const attached = page.getByRole('list', { name: 'Attachments' }).getByRole('listitem');
  await attached.nth(1).waitFor();
  assert.deepEqual(
    (await attached.allInnerTexts()).map(words => words.split('\n')[0]),
    ['first.txt', 'last.txt'],
  );
});
