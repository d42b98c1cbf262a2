// The window on a real host, in a real browser: every place passes axe-core in both themes and does its job.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { axeViolations } from '../../support/axe.ts';
import { launchBrowser } from '../../support/browser.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';
import { places } from '../support/places.ts';
import { startSampleHost } from '../support/sample-host.ts';

type Scheme = 'light' | 'dark';

declare global {
  /** The focused element after a dialog is closed. */
  var focusedAtClose: Promise<string>;
}

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

async function openWindow(url: string, options: { colorScheme?: Scheme; width?: number; height?: number } = {}) {
  const { colorScheme = 'light', width = 1280, height = 800 } = options;
  const context = await browser.newContext({ colorScheme, viewport: { width, height }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', error => troubles.push(error.message));
  page.on('console', message => message.type() === 'error' && troubles.push(message.text()));
  await page.goto(url);
  await page.getByRole('option', { name: /Berth 14/ }).waitFor();
  return { page, troubles, close: () => context.close() };
}

const option = (page: Page, name: RegExp) => page.getByRole('option', { name });
const place = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name });

for (const [colorScheme, width, height] of [
  ['light', 1280, 800],
  ['dark', 1280, 800],
  ['light', 800, 600],
  ['dark', 800, 600],
] as const) {
  test(`window: every place, ${colorScheme}, ${width}×${height} → no violation that axe-core knows, no error in the console`, async t => {
    const { url } = await startSampleHost(t, tempDir(t));
    const { page, troubles } = await openWindow(url, { colorScheme, width, height });
    const found: Record<string, string[]> = {};
    for (const [name, goTo] of Object.entries(places)) {
      await goTo(page);
      const violations = await axeViolations(page);
      if (violations.length > 0) found[name] = violations;
    }
    assert.deepEqual({ found, troubles }, { found: {}, troubles: [] });
  });
}

test('mail: read, archive with the keyboard, undo → the files move and come back', async t => {
  const sample = await startSampleHost(t, tempDir(t));
  const { page, troubles } = await openWindow(sample.url);
  const inArchive = () => readdirSync(join(sample.maildir, '.Archive', 'cur')).length;

  await option(page, /engine parts/).click();
  await page.getByRole('article', { name: 'Message' }).getByText('the Friday boat').waitFor();
  await page.keyboard.press('e');
  await until('the message in Archive', () => inArchive() === 1);
  await option(page, /engine parts/).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await option(page, /engine parts/).waitFor();
  assert.equal(inArchive(), 0);

  // j and k move, u marks unread, # deletes; none of them while typing.
  await option(page, /Berth 14/).click();
  await page.keyboard.press('j');
  await page.getByRole('heading', { name: 'Re: engine parts' }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('ferry j k e #');
  await page.getByText('Nothing found').waitFor();
  await page.keyboard.press('Escape');
  await option(page, /Berth 14/).waitFor();
  assert.equal(inArchive(), 0);
  assert.deepEqual(troubles, []);
});

test('mail: new mail while scrolled down → the rows on screen stay where they are', async t => {
  const sample = await startSampleHost(t, tempDir(t));
  for (let n = 0; n < 30; n += 1) {
    await sample.deliver({ from: 'Old <old@x.example>', subject: `Filler ${n}`, text: 'x', hoursAgo: 100 + n });
  }
  const { page } = await openWindow(sample.url, { height: 600 });
  await page.getByText(/of 38/).waitFor();
  await page.locator('.rows').evaluate(rows => {
    rows.scrollTop = 54 * 20;
  });
  const row = option(page, /Filler 14/);
  await row.waitFor();
  const before = await row.boundingBox();
  await sample.deliver({ from: 'New <new@x.example>', subject: 'Fresh', text: 'x' });
  await page.getByText(/of 39/).waitFor();
  assert.deepEqual(await row.boundingBox(), before);
});

test('reader: hostile HTML → nothing runs, nothing is fetched, links open elsewhere', async t => {
  const sample = await startSampleHost(t, tempDir(t));
  const { page, troubles } = await openWindow(sample.url);
  const asked: string[] = [];
  page.context().on('request', request => {
    if (!request.url().startsWith(new URL(sample.url).origin)) asked.push(request.url());
  });
  await sample.deliver({ from: 'Eve <eve@x.example>', subject: 'Look', text: 'plain', html: hostile });
  await option(page, /Eve/).click();
  await page.getByRole('radio', { name: 'HTML' }).check();
  const frame = page.frameLocator('iframe');
  await frame.getByText('You won').waitFor();
  await page.getByText('4 remote images were not loaded').waitFor();
  const inside = await page
    .frames()
    .find(each => each !== page.mainFrame())
    ?.evaluate(() => ({
      tags: [...document.body.querySelectorAll('*')].map(each => each.tagName.toLowerCase()).sort(),
      handlers: [...document.body.querySelectorAll('*')].flatMap(each =>
        [...each.attributes].map(each => each.name).filter(name => name.startsWith('on')),
      ),
      target: document.querySelector('a')?.target,
      rel: document.querySelector('a')?.rel,
    }));
  assert.deepEqual(inside, {
    tags: ['a', 'b', 'div', 'img', 'img', 'p', 'style'],
    handlers: [],
    target: '_blank',
    rel: 'noopener noreferrer',
  });
  assert.deepEqual(
    asked.filter(url => !/^(?:about|data|blob):/.test(url)),
    [],
  );
  assert.notEqual(await page.title(), 'taken over');
  // The page's own policy already applies while the sanitiser examines the message.
  assert.deepEqual(
    troubles.filter(text => !text.includes("base-uri 'none'")),
    [],
  );
});

const hostile = `<html><head><meta http-equiv="refresh" content="0;url=https://evil.example/"><base href="https://evil.example/">
<link rel="stylesheet" href="https://evil.example/a.css"><style>@import url(https://evil.example/b.css); p{background:url(https://evil.example/c.png)}</style></head>
<body><script>parent.document.title='taken over'</script><p onclick="alert(1)">You <b>won</b></p><img src="https://evil.example/d.png" onerror="alert(2)">
<img src=x onerror="alert(3)"><svg><script>alert(4)</script></svg><iframe src="https://evil.example/"></iframe><form action="https://evil.example/"><input name="p"><button>Go</button></form>
<div style="background-image:url('https://evil.example/e.png')"><a href="https://evil.example/f" onmouseover="alert(5)">prize</a></div><object data="https://evil.example/g"></object></body></html>`;

test('composer: typed and left alone → a draft on disk; opened again from Drafts → goes on with it', async t => {
  const sample = await startSampleHost(t, tempDir(t));
  const { page } = await openWindow(sample.url);
  await page.keyboard.press('c');
  await page.getByRole('textbox', { name: 'To', exact: true }).fill('ines@shore.example');
  await page.getByRole('textbox', { name: 'Subject' }).fill('Tide tables');
  await page.getByRole('textbox', { name: 'Message' }).fill('The tables are attached.');
  await page.getByText(/saved \d\d:\d\d/).waitFor();
  const drafts = () =>
    readdirSync(join(sample.maildir, '.Drafts', 'cur')).map(name =>
      readFileSync(join(sample.maildir, '.Drafts', 'cur', name), 'utf8'),
    );
  assert.equal(drafts().filter(raw => raw.includes('Subject: Tide tables')).length, 1);

  // Nothing is attached, though the text says so: Send asks first.
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Your message says “attached”').waitFor();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page
    .getByRole('navigation', { name: 'Mailboxes' })
    .getByRole('button', { name: /Drafts/ })
    .click();
  await option(page, /Tide tables/).dblclick();
  assert.equal(await page.getByRole('textbox', { name: 'Subject' }).inputValue(), 'Tide tables');
  await page.getByRole('button', { name: 'Discard' }).click();
  await until('the draft to be gone', () => !drafts().some(raw => raw.includes('Subject: Tide tables')));
});

test('rules: edited as text and by line → explained as typed; a file changed meanwhile → asked before it is lost', async t => {
  const sample = await startSampleHost(t, tempDir(t));
  const { page } = await openWindow(sample.url);
  const file = join(sample.mailHome, '.qmail-harbour');
  await place(page, 'Rules').click();
  await page.getByRole('button', { name: /-harbour/ }).click();
  const editor = page.getByRole('textbox', { name: 'Rule text' });
  await editor.fill('./Maildir/.harbour/\n&tomas@shore.example\n');
  await page
    .getByRole('list', { name: 'Line by line' })
    .getByText('tomas@shore.example', { exact: false })
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Switch off: &tomas@shore.example' }).click();
  await page.getByRole('button', { name: 'Save rule' }).click();
  await page.getByText('~/.qmail-harbour saved').waitFor();
  assert.equal(readFileSync(file, 'utf8'), './Maildir/.harbour/\n#&tomas@shore.example\n');

  await editor.fill('./Maildir/\n');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(file, '&elsewhere@x.example\n');
  await page.getByRole('button', { name: 'Save rule' }).click();
  await page.getByText('The file has changed').waitFor();
  assert.equal(readFileSync(file, 'utf8'), '&elsewhere@x.example\n');
  await page.getByRole('button', { name: 'Overwrite it with mine' }).click();
  await until('my rule to be written', () => readFileSync(file, 'utf8') === './Maildir/\n');
});

test('queue: try all now → each message is tried again, and says so', async t => {
  const sample = await startSampleHost(t, tempDir(t));
  const { page } = await openWindow(sample.url);
  await place(page, 'Queue').click();
  const lars = page.getByRole('row', { name: /lars@nord\.example/ });
  await lars.getByText('451 4.7.1 Greylisted').waitFor();
  await lars.getByRole('cell', { name: '1', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Try all now' }).click();
  await lars.getByRole('cell', { name: '2', exact: true }).waitFor();
});

test('queue: hold and undo, view, return one recipient, delete the rest → the host does it, the window shows it', async t => {
  const sample = await startSampleHost(t, tempDir(t));
  const { page, troubles } = await openWindow(sample.url);
  await place(page, 'Queue').click();
  const parts = page.getByRole('row', { name: /parts@motor\.example/ });
  await parts.getByRole('button', { name: 'Hold: message to parts@motor.example' }).click();
  await page.getByText('Held for 1 recipient').waitFor();
  await parts.getByText('held', { exact: true }).first().waitFor();
  assert.equal(await parts.getByRole('button', { name: /^Try now/ }).isDisabled(), true);
  await page.getByText(/\d B, 1 held$/).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await parts.getByRole('cell', { name: '2', exact: true }).waitFor();
  await parts.getByText('held', { exact: true }).waitFor({ state: 'detached' });

  // One recipient of three is returned, from the view of the message.
  await page.getByRole('button', { name: 'View: message to lars@nord.example' }).click();
  const view = page.getByRole('dialog', { name: 'Message to lars@nord.example and 2 more' });
  await view.getByText('Subject: Crew list').waitFor();
  await view.getByRole('button', { name: 'Return to sender: lars@nord.example' }).click();
  const question = page.getByRole('dialog', { name: 'Return this message to its sender?' });
  await question.getByText('lars@nord.example does not get it; wanda@wayfarer.example is told in a bounce').waitFor();
  await question.getByRole('button', { name: 'Return to sender' }).click();
  const lars = view.getByRole('listitem').filter({ hasText: 'lars@nord.example' });
  await lars.getByText('finished').waitFor();
  await view.getByRole('button', { name: 'Hold: ole@nord.example' }).click();
  await view.getByRole('button', { name: 'Release: ole@nord.example' }).waitFor();
  await page.keyboard.press('Escape');
  await view.waitFor({ state: 'detached' });

  // With the keyboard alone; nothing happens without a yes, and the focus stays in the view.
  const remove = page.getByRole('button', { name: 'Delete: message to lars@nord.example' });
  await remove.focus();
  await page.keyboard.press('Enter');
  await page.getByText('The remaining recipient does not get it').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await remove.evaluate(button => button === document.activeElement), true);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Delete this message from the queue?' }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('Deleted for 1 recipient').waitFor();
  await remove.waitFor({ state: 'detached' });
  const focused = await page.evaluate(() => document.activeElement?.matches('.queue .act button, .queue h1'));
  assert.equal(focused, true);

  // The bounce is in the mailbox, and says that the owner returned the message.
  const inbox = () =>
    ['new', 'cur'].flatMap(name => {
      const directory = join(sample.maildir, name);
      return readdirSync(directory).map(file => readFileSync(join(directory, file), 'utf8'));
    });
  const told = '<lars@nord.example>:\nThis message was returned before delivery by the administrator of the mail host.';
  await until('the bounce', () => inbox().some(raw => raw.includes(told) && !raw.includes('<ole@nord.example>:')));
  assert.deepEqual(troubles, []);
});

test('dialog: closed → the focus is back in the same moment, not after the next frame', async t => {
  const sample = await startSampleHost(t, tempDir(t));
  const { page } = await openWindow(sample.url);
  await place(page, 'Queue').click();
  await page.getByRole('button', { name: 'View: message to lars@nord.example' }).click();
  await page.getByRole('dialog').waitFor();
  // The page has it loaded before the key is pressed.
  await page.evaluate(() => {
    globalThis.focusedAtClose = new Promise(resolve => {
      const look = () =>
        document.querySelector('dialog') ?? resolve(document.activeElement?.getAttribute('aria-label') ?? 'nothing');
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    });
  });
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => globalThis.focusedAtClose), 'View: message to lars@nord.example');
});

test('host ends → the window says so and offers to try again', async t => {
  const sample = await startSampleHost(t, tempDir(t));
  const { page } = await openWindow(sample.url);
  await sample.host.stop();
  await page.getByRole('status').getByText('cannot be reached').waitFor();
  await page.getByRole('button', { name: 'Reconnect' }).waitFor();
});

test('rules: a question about an address → how it ends, which files say so; a rule chosen → the rule again', async t => {
  const sample = await startSampleHost(t, tempDir(t));
  const { page, troubles } = await openWindow(sample.url);
  await place(page, 'Rules').click();
  const ask = async (address: string) => {
    await page.getByRole('textbox', { name: 'Explain any address' }).fill(address);
    await page.keyboard.press('Enter');
    const answer = page.getByRole('region', { name: `What happens to mail for ${address}` });
    await answer.waitFor();
    return (await answer.allInnerTexts()).join(' ').replaceAll(/\s+/g, ' ');
  };
  assert.match(
    await ask('wanda-harbour@wayfarer.example'),
    /Delivered here Kept in \.\/Maildir\/\.harbour\/ .* control\/locals:1/,
  );
  assert.match(
    await ask('wanda-nosuch@wayfarer.example'),
    /Returned to the sender Sorry, no mailbox here by that name/,
  );
  assert.match(await ask('parts@motor.example'), /Sent to another host .* control\/smtproutes:1/);
  await page.getByRole('button', { name: /-harbour/ }).click();
  await page.getByRole('list', { name: 'Line by line' }).waitFor();
  assert.deepEqual(troubles, []);
});

test('settings: a control file that is wrong → the file, what is wrong and what to do', async t => {
  const sample = await startSampleHost(t, tempDir(t));
  const { page, troubles } = await openWindow(sample.url);
  await place(page, 'Settings').click();
  await page.getByText('No problems found').waitFor();
  writeFileSync(join(sample.home, 'control', 'virtualdomains'), 'wayfarer.example:wanda\n');
  await place(page, 'Mail').click();
  await place(page, 'Settings').click();
  const wrong = page.getByRole('list', { name: 'Possible problems' }).getByRole('listitem');
  await wrong.filter({ hasText: 'control/virtualdomains:1' }).filter({ hasText: 'locals' }).waitFor();
  assert.deepEqual(troubles, []);
});

test('trace: a message, from the reader and by its sender → its whole life, and the bounce one click away', async t => {
  const sample = await startSampleHost(t, tempDir(t));
  const { page, troubles } = await openWindow(sample.url);
  await option(page, /Berth 14/).click();
  await page.getByRole('button', { name: 'What happened to it' }).click();
  const lives = page.getByRole('region', { name: 'What happened to a message' });
  await lives.getByText('Arrived from 127.0.0.1').waitFor();
  await lives.getByText('did 1+0+0').waitFor();

  await sample.deliver({ from: 'lost@far.example', to: 'wanda-nosuch@wayfarer.example', subject: 'lost', text: 'x' });
  const ask = async (query: string) => {
    await page.getByRole('textbox', { name: 'Address, Message-ID or message number' }).fill(query);
    await page.keyboard.press('Enter');
  };
  await until('the bounce in the log', async () => {
    await ask('wanda-nosuch@wayfarer.example');
    await lives.getByRole('heading', { name: /wanda-nosuch/ }).waitFor();
    return lives.getByText('Bounced as').isVisible();
  });
  const life = lives.getByRole('article').first();
  await life.getByText('Sorry, no mailbox here by that name. (#5.1.1)').waitFor();
  await life.getByRole('button', { name: /^message/ }).click();
  await lives.getByText('Bounce of').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Show as table' }).waitFor();
  assert.deepEqual(troubles, []);
});
