// The links place in a real browser, with links that the test plays: what is seen, done and said, by mouse and keyboard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { axeViolations } from '../../../support/axe.ts';
import { launchBrowser } from '../../../support/browser.ts';
import { until } from '../../../support/until.ts';
import { openMailWindow } from '../../support/mail-window.ts';
import {
  message,
  type PlayedLink,
  type PlayedLinks,
  playLinks,
  sampleLinks,
  status,
} from '../../support/played-links.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

type Options = Partial<Parameters<typeof openMailWindow>[2]>;

async function openLinks(t: Parameters<typeof openMailWindow>[0], links: PlayedLinks, options: Options = {}) {
  const opened = await openMailWindow(t, browser, { messages: 1, desktop: true, play: links.play, ...options });
  await opened.page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Links' }).click();
  await opened.page.getByRole('heading', { level: 1, name: 'Links' }).waitFor({ state: 'attached' });
  return opened;
}

const choose = (page: Page, name: string) =>
  page
    .getByRole('navigation', { name: 'Your links' })
    .getByRole('button', { name: new RegExp(`^${name}`) })
    .click();
const show = (page: Page, view: string) => page.getByRole('radio', { name: view, exact: true }).check();

function siteLink(part: Partial<PlayedLink> = {}): PlayedLink {
  const waiting = ['a', 'b', 'c'].map((id, at) => message(id, { bytes: 1000 * (at + 1) }));
  return {
    ...{ status: status('site', { carries: ['far.example'] }), waiting, contacts: [], file: 'server 10.0.0.1\n' },
    ...part,
  };
}

for (const [colorScheme, width, height] of [
  ['light', 1280, 800],
  ['dark', 800, 600],
] as const) {
  test(`links: each view, ${colorScheme}, ${width}×${height} → no violation that axe-core knows, nothing cut off`, async t => {
    const { page, troubles } = await openLinks(t, sampleLinks(), { colorScheme, width, height });
    const found: Record<string, unknown> = {};
    const look = async (view: string) => {
      const violations = await axeViolations(page);
      const isCut = await page.evaluate(() => {
        const around = document.querySelector('.link-page');
        return around !== null && around.scrollWidth > around.clientWidth;
      });
      if (violations.length > 0 || isCut) found[view] = { violations, isCut };
    };
    await page.getByRole('region', { name: 'Contact in progress' }).waitFor();
    await look('a contact that runs');
    await choose(page, 'satellite');
    await page.getByRole('listitem').filter({ hasText: 'Berth 14' }).first().waitFor();
    await page.getByRole('checkbox', { name: 'Select: Tide tables' }).first().check();
    await look('what waits');
    await show(page, 'History');
    await page.getByRole('table', { name: 'Contacts, newest first' }).waitFor();
    await look('history');
    await page
      .getByRole('button', { name: /^Read the transcript of/ })
      .first()
      .click();
    await page.getByRole('dialog').getByText('EHLO site.example').waitFor();
    await look('transcript');
    await page.keyboard.press('Escape');
    await show(page, 'Settings');
    await page.getByRole('table', { name: 'Hours in which the link may be used' }).waitFor();
    await look('settings');
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByRole('list', { name: 'What was tried' }).getByText('does not work').waitFor();
    await look('test');
    assert.deepEqual({ found, troubles }, { found: {}, troubles: [] });
  });
}

test('links: what waits → put first and undone, held, sent now, several dropped by the keyboard; the focus stays in the place', async t => {
  const links = playLinks([siteLink()]);
  const { page, troubles } = await openLinks(t, links);
  const list = page.getByRole('list', { name: 'Messages that wait, in the order in which they go' });
  const order = async () =>
    (await list.locator('b').allInnerTexts()).map(words => words.replace('Subject ', '')).join('');
  await until('the messages', async () => (await order()) === 'abc');
  await list.getByRole('button', { name: 'Put first: Subject c' }).click();
  await until('c to be first', async () => (await order()) === 'cab');
  await page.getByRole('button', { name: 'Undo' }).click();
  await until('the usual order', async () => (await order()) === 'abc');
  await list.getByRole('button', { name: 'Hold: Subject a' }).click();
  await until('a to be held', async () => (await order()) === 'bca');
  await list.getByText('held', { exact: true }).waitFor();
  await list.getByRole('button', { name: 'Send now: Subject c' }).click();
  await until('c to go now', async () => (await order()) === 'cba');

  await page.getByRole('checkbox', { name: 'Select: Subject a' }).check();
  await page.getByRole('checkbox', { name: 'Select: Subject b' }).focus();
  await page.keyboard.press('Space');
  await page.getByRole('region', { name: 'Selected messages' }).getByRole('button', { name: 'Drop' }).focus();
  await page.keyboard.press('Enter');
  const question = page.getByRole('dialog', { name: 'Drop 2 messages?' });
  await question.getByText('Subject a').waitFor();
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
  assert.equal(await order(), 'cba');
  await page.keyboard.press('Enter');
  await question.getByRole('button', { name: 'Drop' }).click();
  await until('one message', async () => (await order()) === 'c');

  await list.getByRole('button', { name: 'Return to sender: Subject c' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Return to sender' }).click();
  await page.getByRole('heading', { name: 'Nothing waits for this link' }).waitFor();
  await until('the focus in the place', () =>
    page.evaluate(() => document.activeElement !== document.body && document.activeElement?.closest('main') != null),
  );
  assert.deepEqual(
    links.done.map(([verb, request]) => [verb, (request as { ids: string[] }).ids.join('')]),
    [
      ['order', 'c'],
      ['order', 'c'],
      ['order', 'a'],
      ['order', 'c'],
      ['drop', 'ab'],
      ['bounce', 'c'],
    ],
  );
  assert.deepEqual(troubles, []);
});

test('links: 3,000 messages wait → only those in sight are in the page; the last one is reached by scrolling', async t => {
  const waiting = Array.from({ length: 3_000 }, (_, at) => message(String(at).padStart(4, '0')));
  const { page } = await openLinks(t, playLinks([siteLink({ waiting })]), { width: 800, height: 600 });
  const rows = page.getByRole('list', { name: /^Messages that wait/ }).getByRole('listitem');
  await rows.filter({ hasText: 'Subject 0000' }).waitFor();
  assert.ok((await rows.count()) < 60);
  await page.locator('.link-page').evaluate(area => {
    area.scrollTop = area.scrollHeight;
  });
  const last = rows.filter({ hasText: 'Subject 2999' });
  await last.waitFor();
  const at = [await last.getAttribute('aria-posinset'), await last.getAttribute('aria-setsize')];
  assert.deepEqual(at, ['3000', '3000']);
});

test('links: hours by keyboard and mouse → the text follows; the text → the form follows, and its problem leads to its line', async t => {
  const links = playLinks([siteLink({ waiting: [] })]);
  const { page, troubles } = await openLinks(t, links);
  await show(page, 'Settings');
  const file = page.getByRole('textbox', { name: 'File', exact: true });
  await page.getByText('No hours are chosen').waitFor();
  await page.getByRole('button', { name: 'Monday, 06:00 to 07:00: shut' }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  assert.equal(await file.inputValue(), 'server 10.0.0.1\nwindow mon 06:00-08:00\n');
  // Dragged over several days.
  await page.getByRole('button', { name: 'Tuesday, 06:00 to 07:00: shut' }).hover();
  await page.mouse.down();
  await page.getByRole('button', { name: 'Friday, 07:00 to 08:00: shut' }).hover();
  await page.mouse.up();
  assert.equal(await file.inputValue(), 'server 10.0.0.1\nwindow mon-fri 06:00-08:00\n');
  await page.getByRole('button', { name: 'Monday, 06:00 to 07:00: open' }).waitFor();

  await file.fill('server 10.0.0.1\nprotocol qmtp\nknown-by interface ppp0\nlifetime soon\n');
  assert.equal(await page.getByRole('radio', { name: 'QMTP' }).isChecked(), true);
  assert.equal(await page.getByRole('combobox', { name: 'Known by' }).inputValue(), 'interface');
  assert.equal(await page.getByRole('textbox', { name: 'Name of the interface' }).inputValue(), 'ppp0');
  const save = page.getByRole('button', { name: 'Save link' });
  await page.getByRole('button', { name: 'Line 4' }).click();
  assert.equal(await file.evaluate(area => (area as unknown as HTMLTextAreaElement).selectionStart), 54);
  assert.equal(await save.isDisabled(), true);
  await page.getByRole('textbox', { name: 'Lifetime in seconds' }).fill('86400');
  await page.getByText('The file is correct.').waitFor();
  await save.click();
  await page.getByText('control/links/site saved').waitFor();
  const saved = 'server 10.0.0.1\nprotocol qmtp\nknown-by interface ppp0\nlifetime 86400\n';
  assert.equal(links.all.get('site')?.file, saved);
  assert.deepEqual(troubles, []);
});

test('links: steps of a contact → added, changed and put into another order by buttons and keys; the text follows, and leads', async t => {
  const links = playLinks([siteLink({ waiting: [] })]);
  const { page, troubles } = await openLinks(t, links);
  await show(page, 'Settings');
  const file = page.getByRole('textbox', { name: 'File', exact: true });
  const focused = () =>
    page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent);
  await page.getByText('No steps: a contact sends what waits.').waitFor();
  const add = page.getByRole('button', { name: 'Add a step' });
  await add.click();
  await add.click();
  await until('Step 2', async () => (await focused()) === 'Step 2');
  await page.getByRole('textbox', { name: 'Step 2: host' }).fill('10.0.0.1:1789');
  assert.equal(await file.inputValue(), 'server 10.0.0.1\ndo send\ndo turn 10.0.0.1:1789\n');

  await page.getByRole('button', { name: 'Move up: turn 10.0.0.1:1789' }).click();
  assert.equal(await file.inputValue(), 'server 10.0.0.1\ndo turn 10.0.0.1:1789\ndo send\n');
  await page.getByText('turn 10.0.0.1:1789 is now step 1 of 2').waitFor({ state: 'attached' });
  // It can go no further up: the focus stays with it.
  await until('Move down: turn 10.0.0.1:1789', async () => (await focused()) === 'Move down: turn 10.0.0.1:1789');
  await page.getByRole('textbox', { name: 'Step 1: host' }).focus();
  await page.keyboard.press('Alt+ArrowDown');
  assert.equal(await file.inputValue(), 'server 10.0.0.1\ndo send\ndo turn 10.0.0.1:1789\n');
  await until('Step 2: host', async () => (await focused()) === 'Step 2: host');
  await page.keyboard.press('Alt+ArrowUp');
  await page.getByRole('combobox', { name: 'Step 1' }).selectOption('etrn');
  await page.getByRole('textbox', { name: 'Step 1: host and nodes' }).fill('10.0.0.1 site.example');
  assert.equal(await file.inputValue(), 'server 10.0.0.1\ndo etrn 10.0.0.1 site.example\ndo send\n');
  assert.deepEqual(await axeViolations(page), []);

  await file.fill('server 10.0.0.1\ndo queue\ndo carry x\n');
  assert.equal(await page.getByRole('combobox', { name: 'Step 1' }).inputValue(), 'queue');
  await page.getByRole('button', { name: 'Remove step: carry x' }).click();
  await page.getByRole('button', { name: 'Remove step: queue' }).click();
  assert.equal(await file.inputValue(), 'server 10.0.0.1\n');
  await until('Add a step', async () => (await focused()) === 'Add a step');
  assert.deepEqual(troubles, []);
});

test('links: none yet → what they are for; one is made from a template, saved, removed, and brought back', async t => {
  const links = playLinks([]);
  const { page, troubles } = await openLinks(t, links, { width: 800, height: 600 });
  await page.getByRole('heading', { name: 'No links yet' }).waitFor();
  await page.getByRole('button', { name: 'Create a link' }).click();
  const name = page.getByRole('textbox', { name: 'Name of the link' });
  await name.fill('The Modem');
  await page.keyboard.press('Enter');
  await page.getByText('Use up to 32 small letters, digits and _.').waitFor();
  await name.fill('modem');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Mail for one site/ }).click();
  await page.getByRole('textbox', { name: 'Server' }).fill('10.1.1.1');
  await page.getByRole('button', { name: 'Save link' }).click();
  await page.getByRole('button', { name: 'Exchange now' }).waitFor();
  assert.match(links.all.get('modem')?.file ?? '', /^carries site\.example\nserver 10\.1\.1\.1$/m);
  await page.getByRole('button', { name: 'Remove link' }).click();
  await page.getByRole('heading', { name: 'No links yet' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Exchange now' }).waitFor();
  assert.deepEqual(troubles, []);
});

test('links: a contact runs → how far it is, as a chart and a table; stopped and over → its figures; told by events', async t => {
  const links = sampleLinks();
  const { page, tell, troubles } = await openLinks(t, links);
  const contact = page.getByRole('region', { name: 'Contact in progress' });
  await contact.getByText('7 messages sent, 13 to go').waitFor();
  const chart = contact.getByRole('slider', { name: 'Bytes per second' });
  await chart.focus();
  await page.keyboard.press('Home');
  assert.match((await chart.getAttribute('aria-valuetext')) ?? '', /^59 s ago: \d+ B\/s sent, \d+ B\/s received$/);
  await contact.getByRole('button', { name: 'Show as table' }).click();
  await contact.getByRole('row', { name: /^now/ }).waitFor();
  await page.getByText('radio: sending, 7 of 20').waitFor();
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByText('Contact over radio stopped').waitFor();
  const radio = links.all.get('radio');
  if (radio) radio.status = { ...radio.status, progress: null };
  await tell('links.changed', { names: ['radio'] });
  await page.getByRole('button', { name: 'Exchange now' }).click();
  await page.getByText('Contact over radio started').waitFor();
  await page.getByRole('button', { name: 'Stay offline' }).click();
  await page.getByText('radio stays offline until you switch it on again').waitFor();
  await page.getByRole('button', { name: 'Stay offline', pressed: true }).waitFor();
  const verbs = links.done.map(([verb]) => verb);
  assert.deepEqual(verbs, ['stop', 'exchange', 'offline']);
  assert.deepEqual(troubles, []);
});

test('composer: a message over a link → what it takes; larger than the ceiling → that it waits', async t => {
  const links = sampleLinks();
  const known = {
    name: 'satellite',
    recipients: ['ines@shore.example'],
    largestBytes: 100_000,
    seconds: 252,
    cost: 3.36,
  };
  const { page, troubles } = await openLinks(t, {
    ...links,
    play(method, request) {
      if (method !== 'links.forecast') return links.play(method, request);
      const { bytes } = request as { bytes: number };
      return { links: [{ ...known, currency: 'EUR', tooLarge: bytes > 100_000 }] };
    },
  });
  await page.getByRole('button', { name: 'Write' }).click();
  await page.getByRole('textbox', { name: 'To', exact: true }).fill('ines@shore.example');
  const note = page.getByRole('status', { name: 'Links that this message goes over' });
  await note.getByText('Going over satellite takes about 4 min and costs about 3.36 EUR.').waitFor();
  await page.getByRole('textbox', { name: 'Message' }).fill('long '.repeat(30_000));
  await note.getByText('Larger than the 100 kB that satellite takes').waitFor();
  assert.deepEqual(troubles, []);
});
