// The head of a message in a real browser: however long it is, the message and its buttons stay in the window.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { axeViolations } from '../../../support/axe.ts';
import { launchBrowser } from '../../../support/browser.ts';
import { openLetters } from '../../support/given-messages.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

const everybody = Array.from({ length: 150 }, (_, at) => `Number ${at} Longname <number-${at}@crew.example>`);
const letters = [
  `From: Eve <eve@x.example>\nTo: ${everybody.join(',\n ')}\nCc: ${everybody.slice(0, 40).join(',\n ')}\nSubject: many people\n\nWhat it says.\n`,
  `From: Eve <eve@x.example>\nTo: wanda@wayfarer.example\nSubject: ${'a long subject and '.repeat(100)}end\n\nWhat it says.\n`,
  `From: Eve ${'Everlong '.repeat(300)}<eve@x.example>\nTo: wanda@wayfarer.example\nSubject: a long name\n\nWhat it says.\n`,
];

/** Those of these that are not completely within the window. */
async function outside(page: Page): Promise<string[]> {
  const parts = {
    'the text': page.getByRole('region', { name: 'Text' }).getByText('What it says.'),
    Delete: page.getByRole('button', { name: 'Delete' }),
    Reply: page.getByRole('button', { name: 'Reply', exact: true }),
  };
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  const found: string[] = [];
  for (const [name, part] of Object.entries(parts)) {
    const box = await part.boundingBox();
    if (!box || box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height) found.push(name);
  }
  return found;
}

test('head: 150 people, a long subject, a long name, in two sizes → text and buttons stay in the window', async t => {
  const { page, troubles } = await openLetters(t, browser, letters);
  const article = page.getByRole('article', { name: 'Message' });
  const found: Record<string, string[]> = {};
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 800, height: 600 },
  ]) {
    await page.setViewportSize(viewport);
    for (const name of ['many people', 'a long subject', 'a long name']) {
      // There either the list or the reader is shown, and the previous message is open.
      if (viewport.width === 800) await page.getByRole('button', { name: 'Back to the list' }).click();
      await page.getByRole('option', { name: new RegExp(name) }).click();
      await article.getByRole('heading', { name: new RegExp(name) }).waitFor();
      found[`${name}, ${viewport.width}`] = await outside(page);
      await page.getByRole('button', { name: 'Details' }).click();
      found[`${name}, ${viewport.width}, all of it`] = [...(await outside(page)), ...(await axeViolations(page))];
      if (name !== 'many people') continue;
      await article.getByText('number-149@crew.example').scrollIntoViewIfNeeded();
      assert.equal(await article.locator('.head').evaluate(head => head.scrollHeight > head.clientHeight), true);
    }
  }
  assert.deepEqual(found, Object.fromEntries(Object.keys(found).map(name => [name, []])));
  assert.deepEqual(troubles, []);
});

test('head: who is meant → addresses where names are shared or look like addresses, all of them on demand', async t => {
  const head =
    'From: Ines Duarte <ines@shore.example>\nReply-To: Ines Duarte <ines@elsewhere.example>\n' +
    'To: Tomas <tomas@shore.example>, tomas <tomas@elsewhere.example>, Ulla <ulla@nord.example>\n' +
    'Cc: "boss@bank.example" <eve@x.example>\nSubject: who\n\ntext\n';
  const { page } = await openLetters(t, browser, [head]);
  await page.getByRole('option', { name: /who/ }).click();
  const article = page.getByRole('article', { name: 'Message' });
  await article
    .getByText(
      'replies go to Ines Duarte <ines@elsewhere.example>; to Tomas <tomas@shore.example>, ' +
        'tomas <tomas@elsewhere.example>, Ulla; cc boss@bank.example <eve@x.example>',
    )
    .waitFor();
  const details = page.getByRole('button', { name: 'Details' });
  await details.click();
  const all = article.locator('dl.people');
  assert.equal(await details.getAttribute('aria-expanded'), 'true');
  assert.match((await all.textContent()) ?? '', /To.*Ulla <ulla@nord\.example>Cc/);
  await details.click();
  await all.waitFor({ state: 'detached' });
});
