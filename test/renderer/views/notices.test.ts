// The window's messages, in a real browser: notices that cover nothing, changes that were refused, new mail, keys,
// and rule text that is not saved.
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { launchBrowser } from '../../support/browser.ts';
import { until } from '../../support/until.ts';
import { openMailWindow } from '../support/mail-window.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

/** Whether a click into the middle of it, and near its ends, reaches it. */
function isBare(locator: Locator): Promise<boolean> {
  return locator.evaluate(element => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const y = (top + bottom) / 2;
    return [left + 2, (left + right) / 2, right - 2].every(x => {
      const hit = document.elementFromPoint(x, y);
      return hit !== null && (element.contains(hit) || hit.contains(element));
    });
  });
}

for (const [width, height] of [
  [1280, 800],
  [800, 600],
  [320, 640],
] as const) {
  test(`notices: several at ${width}×${height} → they cover neither Discard nor the status line`, async t => {
    const { page, row, reader } = await openMailWindow(t, browser, { messages: 4, width, height });
    for (const number of [3, 2]) {
      await row(`Letter ${number}`).click();
      await reader().getByText(`The text of ${number}.`).waitFor();
      await page.keyboard.press('e');
    }
    // While the pointer is on it, none disappears.
    const notice = page.getByRole('region', { name: 'Notices' }).getByText('Archived').last();
    await notice.hover();
    await page.keyboard.press('c');
    const discard = page.getByRole('button', { name: 'Discard' });
    assert.deepEqual(
      [await isBare(discard), await isBare(page.getByRole('status', { name: 'Host' })), await isBare(notice)],
      [true, true, true],
    );
  });
}

test('window: a delete is refused → its row and its message are back; new mail is said; the key sheet begins at its top', async t => {
  const options = { messages: 3, folders: ['.Trash'], width: 1000, height: 420 };
  const { home, page, row, reader, inFolder, deliver } = await openMailWindow(t, browser, options);
  const trash = join(home.maildir, '.Trash', 'cur');
  await row('Letter 1').click();
  await reader().getByText('The text of 1.').waitFor();
  await page.getByText('2 unread of 3').waitFor();
  chmodSync(trash, 0o500);
  await page.keyboard.press('#');
  await page.getByText(/could not be changed: .*permission denied/i).waitFor();
  chmodSync(trash, 0o700);
  await row('Letter 1').waitFor();
  await reader().getByText('The text of 1.').waitFor();
  assert.equal(await row('Letter 1').getAttribute('aria-selected'), 'true');
  assert.deepEqual(inFolder(''), [0, 1, 2]);

  const live = page.locator('[aria-live=polite]', { hasText: /new message/i });
  deliver(7);
  await live.getByText('New message from Ines Duarte: Letter 7', { exact: true }).waitFor({ state: 'attached' });

  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.waitFor();
  const top = await sheet.evaluate(dialog => [dialog.scrollTop, dialog.scrollHeight > dialog.clientHeight]);
  assert.deepEqual(top, [0, true]);
  assert.equal(
    await sheet.getByRole('heading', { name: 'Keyboard shortcuts' }).evaluate(it => it === document.activeElement),
    true,
  );
});

test('rules: a text is not saved and the page is left → it asks; Undo changes → can be undone', async t => {
  const { page } = await openMailWindow(t, browser, { messages: 1 });
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Rules' }).click();
  const editor = page.getByRole('textbox', { name: 'Rule text' });
  await page.getByText('no file yet').waitFor();
  const saved = await editor.inputValue();
  await editor.click();
  await page.keyboard.type('&ines@shore.example');
  const typed = await editor.inputValue();
  assert.notEqual(typed, saved);
  const asked: string[] = [];
  page.on('dialog', dialog => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  await page.close({ runBeforeUnload: true });
  await until('the question', () => asked.length > 0);
  assert.deepEqual(asked, ['beforeunload']);
  assert.equal(await editor.inputValue(), typed);
  await page.getByRole('button', { name: 'Undo changes' }).click();
  assert.equal(await editor.inputValue(), saved);
  await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Undo' }).click();
  assert.equal(await editor.inputValue(), typed);
});
