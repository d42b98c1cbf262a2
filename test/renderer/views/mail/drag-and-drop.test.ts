// Dragging messages to a mailbox, in a real browser: only rows of the list move, and exactly those that were dragged.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { launchBrowser } from '../../../support/browser.ts';
import { until } from '../../../support/until.ts';
import { openMailWindow } from '../../support/mail-window.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

/** Drops something on an element, as from another window or program. */
function dropFromElsewhere(target: Locator, what: 'file' | 'words' | 'rows'): Promise<void> {
  return target.evaluate((element, kind) => {
    const dataTransfer = new DataTransfer();
    if (kind === 'file') dataTransfer.items.add(new File(['x'], 'x.txt'));
    else if (kind === 'words') dataTransfer.setData('text/plain', 'some words');
    else dataTransfer.setData('application/x-waypost-messages', 'INBOX/1');
    for (const type of ['dragenter', 'dragover', 'drop']) {
      element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }
  }, what);
}

test('mailboxes: a link, words, a file, or rows of another window are dropped on one → nothing moves', async t => {
  const { row, box, reader, deliver, inFolder, troubles } = await openMailWindow(t, browser, { messages: 2 });
  deliver(2, 'See https://harbour.example/tides before noon.');
  await row('Letter 2').click();
  const archive = box(/Archive/);
  const link = reader().getByRole('link', { name: 'harbour.example/tides' });
  await link.dragTo(archive);
  await reader().getByText('before noon').selectText();
  await reader().getByText('before noon').dragTo(archive);
  for (const what of ['file', 'words', 'rows'] as const) await dropFromElsewhere(archive, what);

  // A row that is dragged afterwards moves, and only that row.
  await row('Letter 0').dragTo(archive);
  await until('the row to have moved', () => inFolder('.Archive').length > 0);
  assert.deepEqual({ archive: inFolder('.Archive'), inbox: inFolder('') }, { archive: [0], inbox: [1, 2] });
  assert.deepEqual(troubles, []);
});
