// The open message in a real browser on a real host: links, keys, copying, printing, and text from right to left.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Browser, Frame, Page } from 'playwright-core';
import { axeViolations } from '../../../support/axe.ts';
import { launchBrowser } from '../../../support/browser.ts';
import { openLetters } from '../../support/given-messages.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

const html = (body: string) =>
  `From: Shop <news@shop.example>\nTo: wanda@wayfarer.example\nSubject: Offers\nContent-Type: text/html; charset=utf-8\n\n${body}\n`;

const offers = html(`<html><head><base href="https://shop.example/mail/"></head><body>
<p><a href="#far">Go to the far end</a> <a href="#named">Go to the named one</a></p>
<p><a href="mailto:ines@shore.example?subject=Rope">Write to Ines</a></p><p><a href="more.html">More of it</a></p>
<div style="height: 3000px"></div><p><a name="named"></a>The named one</p>
<div style="height: 3000px"></div><h2 id="far">The far end</h2></body></html>`);
const relative = html(
  `<p><a href="offers.html">All offers</a> and <a href="/x">others</a></p>${'<p>Much more.</p>'.repeat(300)}`,
).replace('Offers', 'Relative');

const plain = `From: Ines <ines@shore.example>\nTo: wanda@wayfarer.example\nSubject: Quotes\nContent-Type: text/plain; charset=utf-8

First words.

> quoted once
> and again
>> quoted twice

Last words.

\u05e9\u05dc\u05d5\u05dd \u05dc\u05db\u05d5\u05dc\u05dd
`;

async function frameOf(page: Page): Promise<Frame> {
  await page.frameLocator('iframe').locator('body').waitFor();
  return page.frames().find(each => each !== page.mainFrame()) ?? assert.fail('there is no frame');
}

async function openHtml(page: Page, name: RegExp): Promise<Frame> {
  await page.getByRole('option', { name }).click();
  await page.getByRole('article', { name: 'Message' }).getByRole('heading', { name }).waitFor();
  await page.getByRole('radio', { name: 'HTML' }).check();
  return frameOf(page);
}

test('HTML mail: links → anchors scroll, mailto: opens the composer, relative ones lead nowhere in words; keys work', async t => {
  const { page, troubles } = await openLetters(t, browser, [offers, relative, plain]);
  const asked: string[] = [];
  page.context().on('request', request => asked.push(request.url()));
  const frame = await openHtml(page, /Offers/);
  const top = (text: string) =>
    frame.getByText(text, { exact: true }).evaluate(element => element.getBoundingClientRect().top);
  const height = await frame.evaluate(() => innerHeight);
  for (const [link, goal] of [
    ['Go to the named one', 'The named one'],
    ['Go to the far end', 'The far end'],
  ] as const) {
    await frame.getByText(link).click();
    const at = await top(goal);
    assert.ok(at > -20 && at < height, `${goal} is at ${at}`);
    await frame.evaluate(() => scrollTo(0, 0));
  }
  assert.equal(await frame.getByText('More of it').getAttribute('href'), 'https://shop.example/mail/more.html');
  assert.equal(page.context().pages().length, 1);

  // A click into the message, and the keys are those of the window; the focus is in the frame.
  await frame.getByText('The far end', { exact: true }).click();
  await page.keyboard.press('u');
  await page.getByText('Marked unread').waitFor();

  await frame.getByText('Write to Ines').click();
  assert.equal(await page.getByRole('textbox', { name: 'To', exact: true }).inputValue(), 'ines@shore.example');
  assert.equal(await page.getByRole('textbox', { name: 'Subject' }).inputValue(), 'Rope');
  await page.getByRole('button', { name: 'Close', exact: true }).click();

  const other = await openHtml(page, /Relative/);
  const nowhere = 'This link cannot be opened: “offers.html” is not a complete address.';
  await other.getByText('All offers').click();
  await page.getByText(nowhere).waitFor();
  assert.equal(await other.getByText('All offers').getAttribute('title'), nowhere);
  await other.getByText('others').focus();
  await page.keyboard.press('Enter');
  await page.getByText('“/x” is not a complete address').waitFor();
  assert.equal(page.context().pages().length, 1);
  assert.deepEqual(
    asked.filter(url => url.startsWith('https://shop')),
    [],
  );
  // What the page's policy says of <base>, and what the driver of the browser tries in the frame.
  const usual = /base-uri 'none'|Blocked script execution in 'about:srcdoc'/;
  assert.deepEqual(
    troubles.filter(words => !usual.test(words)),
    [],
  );
  assert.deepEqual(await axeViolations(page), []);
});

test('HTML mail: Hebrew, and English within it → each is read in its own direction, unless the mail says which', async t => {
  const shalom = '\u05e9\u05dc\u05d5\u05dd';
  const words = `<p>${shalom}<div dir="auto">One</div><div dir=auto>${shalom}<br><bdi>Two</bdi></div><div dir="ltr">${shalom}`;
  const { page } = await openLetters(t, browser, [html(words)]);
  const frame = await openHtml(page, /Offers/);
  await frame.waitForFunction(() => document.readyState === 'complete');
  const directions = await frame.evaluate(() =>
    [...document.querySelectorAll('body, p, div, span')].map(element => getComputedStyle(element).direction),
  );
  assert.deepEqual(directions, ['rtl', 'rtl', 'ltr', 'rtl', 'ltr', 'ltr']);
});

test('HTML mail: the frame is of the page’s origin → still nothing in it runs', async t => {
  const { page } = await openLetters(t, browser, [html('<p>Only text</p>')]);
  const frame = await openHtml(page, /Offers/);
  // As if the sanitiser had passed what it must not: put there by the test.
  const ran = await page.evaluate(async () => {
    const inside = document.querySelector('iframe')?.contentDocument;
    if (!inside) return 'no document';
    inside.body.innerHTML = `<img src="data:," onerror="parent.document.title = 'taken over'"><a href="javascript:parent.document.title='taken over'">x</a>`;
    const script = inside.createElement('script');
    script.textContent = "parent.document.title = 'taken over'";
    inside.body.append(script);
    inside.querySelector('a')?.click();
    await new Promise(done => setTimeout(done, 300));
    return document.title;
  });
  assert.notEqual(ran, 'taken over');
  assert.equal(await frame.evaluate(() => document.querySelector('a')?.textContent), 'x');
});

test('shortcuts: a layout of other letters → keys by their place', async t => {
  const { page } = await openLetters(t, browser, [plain, plain]);
  await page.getByRole('option').first().click();
  const press = (key: string, code: string, shiftKey = false) =>
    page.evaluate(
      init =>
        document.activeElement?.dispatchEvent(
          new KeyboardEvent('keydown', { ...init, bubbles: true, cancelable: true }),
        ),
      { key, code, shiftKey },
    );
  await page.getByRole('article', { name: 'Message' }).getByRole('heading', { name: 'Quotes' }).waitFor();
  await press('\u0433', 'KeyU');
  await page.getByText('Marked unread').waitFor();
  await press('\u2116', 'Digit3', true);
  await page.getByText('Moved to Trash').waitFor();
  await press('\u043f', 'KeyG');
  await press('\u0439', 'KeyQ');
  await page.getByRole('heading', { level: 1, name: 'Queue' }).waitFor();
});

test('text: copied, printed, from right to left → quotes keep their marks; all of it is on paper', async t => {
  const { page, troubles } = await openLetters(t, browser, [plain, relative]);
  await page.getByRole('option', { name: /Quotes/ }).click();
  const text = page.getByRole('region', { name: 'Text' });
  await text.getByText('First words.').waitFor();
  const copied = (from: string, to: string) =>
    page.evaluate(
      ([first = '', last = '']) => {
        const walker = document.createTreeWalker(document.querySelector('.text-body') as Element, NodeFilter.SHOW_TEXT);
        const range = document.createRange();
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const start = node.nodeValue?.indexOf(first) ?? -1;
          const end = node.nodeValue?.indexOf(last) ?? -1;
          if (start >= 0) range.setStart(node, start);
          if (end >= 0) range.setEnd(node, end + last.length);
        }
        document.getSelection()?.removeAllRanges();
        document.getSelection()?.addRange(range);
        const clipboardData = new DataTransfer();
        const event = new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true });
        range.startContainer.parentElement?.dispatchEvent(event);
        return event.defaultPrevented ? clipboardData.getData('text/plain') : 'the browser’s own';
      },
      [from, to],
    );
  assert.equal(
    await copied('First', 'words.\n\nLast'.slice(8)),
    'First words.\n\n> quoted once\n> and again\n>> quoted twice\n\nLast',
  );
  assert.equal(await copied('once', 'again'), '> once\n> and again');
  assert.equal(await copied('and again', 'and again'), 'the browser’s own');
  assert.equal(await copied('First', 'irst words'), 'the browser’s own');

  const hebrew = text.getByText('\u05e9\u05dc\u05d5\u05dd');
  assert.equal(
    await hebrew.evaluate(element => {
      const range = document.createRange();
      const node = element.lastChild as Node;
      range.setStart(node, (node.nodeValue ?? '').trimEnd().length - 1);
      range.setEnd(node, (node.nodeValue ?? '').trimEnd().length);
      const box = element.getBoundingClientRect();
      return range.getBoundingClientRect().left > box.left + box.width / 2;
    }),
    true,
  );

  // The source is decoded as UTF-8, and the file can be saved unchanged.
  await page.getByRole('radio', { name: 'Source' }).check();
  await page.locator('.source').getByText('\u05e9\u05dc\u05d5\u05dd').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save the message' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'Quotes.eml');
  const saved = readFileSync(await download.path(), 'utf8');
  assert.equal(saved.slice(saved.indexOf('From: ')), plain);
  await page.getByRole('radio', { name: 'Text' }).check();

  // Only the message is printed.
  await page.emulateMedia({ media: 'print' });
  const seen = () =>
    page.evaluate(() =>
      Object.fromEntries(
        ['.top', '.rail', '.mail > .list', '.boxes', '.actions', '.answers', '.bar', '.head', '.scroll', 'iframe'].map(
          part => [part, document.querySelector(part)?.checkVisibility() ?? false],
        ),
      ),
    );
  const gone = {
    '.top': false,
    '.rail': false,
    '.mail > .list': false,
    '.boxes': false,
    '.actions': false,
    '.answers': false,
    '.bar': false,
  };
  assert.deepEqual(await seen(), { ...gone, '.head': true, '.scroll': true, iframe: false });
  await page.emulateMedia({ media: null });
  await page.getByRole('option', { name: /Relative/ }).click();
  await page.getByRole('radio', { name: 'HTML' }).check();
  await frameOf(page);
  const pages = async () => ((await page.pdf()).toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length;
  assert.ok((await pages()) > 5, 'a long message is on more than five sheets');
  assert.equal((await page.locator('iframe').getAttribute('style')) ?? '', '');
  assert.deepEqual(troubles, []);
});
