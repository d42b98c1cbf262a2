// The window at 320 px, as narrow as WCAG 2.2 (1.4.10) requires, in a real browser: nothing overflows.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../support/browser.ts';
import { openMailWindow } from '../support/mail-window.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

/** Controls that are not completely inside the window, and not in anything that scrolls sideways. */
function outside(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scrolls = (element: Element): boolean => {
      for (let at = element.parentElement; at; at = at.parentElement) {
        if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth) return true;
      }
      return false;
    };
    return [...document.querySelectorAll<HTMLElement>('button, a[href], input, select, textarea, h1, h2, h3, summary')]
      .filter(element => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.unseen, .skip'))
      .filter(element => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (left < -1 || right > innerWidth + 1) && !scrolls(element);
      })
      .map(element => `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent}`.slice(0, 60));
  });
}

test('window: 320 px wide → every place has room, sideways nothing is cut off', async t => {
  const { page, row, reader, troubles } = await openMailWindow(t, browser, { messages: 6, width: 320, height: 640 });
  const found: Record<string, string[]> = {};
  const look = async (place: string) => {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    const lost = [...(wide ? ['the page itself'] : []), ...(await outside(page))];
    if (lost.length > 0) found[place] = lost;
  };
  await look('list');
  await row('Letter 4').click();
  await reader().getByText('The text of 4.').waitFor();
  await look('reader');
  // The text of a message has most of the line.
  const box = await reader().getByText('Ines Duarte', { exact: true }).boundingBox();
  assert.ok((box?.height ?? 99) < 30, 'the name of the sender is broken up');
  await page.getByRole('button', { name: 'Back' }).click();
  await row('Letter 3').click({ modifiers: ['Control'] });
  await row('Letter 2').click({ modifiers: ['Control'] });
  await look('selection');
  await page.keyboard.press('Escape');
  await page.keyboard.press('c');
  await page.getByRole('button', { name: 'Discard' }).waitFor();
  await look('composer');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  for (const place of ['Queue', 'Rules', 'Links', 'Status', 'Settings']) {
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place }).click();
    await page.getByRole('heading', { level: 1, name: place }).waitFor({ state: 'attached' });
    await look(place);
  }
  assert.deepEqual({ found, troubles }, { found: {}, troubles: [] });
});
