// Reader and list in a real browser: a button acts on the message that it is shown with.
import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../../support/browser.ts';
import { until } from '../../../support/until.ts';
import { idOf, openMailWindow } from '../../support/mail-window.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

test('reader: opened by a link, its row far away → the list goes there; Reply and Delete are about that message', async t => {
  const options = { messages: 450, desktop: true };
  const { page, row, reader, inFolder, openLink, troubles } = await openMailWindow(t, browser, options);
  await row('Letter 449').click();
  await reader().getByRole('heading', { name: 'Letter 449' }).waitFor();
  await openLink(idOf(20));
  await reader().getByRole('heading', { name: 'Letter 20' }).waitFor();
  await reader().getByRole('button', { name: 'Reply', exact: true }).click();
  assert.equal(await page.getByRole('textbox', { name: 'Subject' }).inputValue(), 'Re: Letter 20');
  await page.getByRole('button', { name: 'Discard' }).click();
  await row('Letter 20').waitFor();
  assert.equal(await row('Letter 20').getAttribute('aria-selected'), 'true');
  await reader().getByRole('button', { name: 'Delete' }).click();
  await until('one in Trash', () => inFolder('.Trash').length > 0);
  assert.deepEqual(inFolder('.Trash'), [20]);
  await reader().getByRole('heading', { name: 'Letter 19' }).waitFor();

  // A search that contains it stays; another one is cleared.
  await page.getByRole('searchbox').fill('letter 1');
  await page.getByText(/^\d+ found$/).waitFor();
  await openLink(idOf(12));
  await reader().getByRole('heading', { name: 'Letter 12' }).waitFor();
  await row('Letter 12').waitFor();
  assert.equal(await page.getByRole('searchbox').inputValue(), 'letter 1');
  await openLink(idOf(300));
  await row('Letter 300').waitFor();
  assert.equal(await page.getByRole('searchbox').inputValue(), '');
  assert.equal(await row('Letter 300').getAttribute('aria-selected'), 'true');
  assert.deepEqual(troubles, []);
});

test('reader: a search is typed that does not have its message → the buttons are about that message all the same', async t => {
  const { page, row, reader, inFolder } = await openMailWindow(t, browser, { messages: 30 });
  await row('Letter 25').click();
  await reader().getByRole('heading', { name: 'Letter 25' }).waitFor();
  await page.getByRole('searchbox').fill('letter 17');
  await page.getByText('1 found').waitFor();
  await reader().getByRole('button', { name: 'Flag' }).click();
  await page.getByText('Flagged', { exact: true }).first().waitFor();
  await reader().getByRole('button', { name: 'Archive' }).click();
  await until('one in Archive', () => inFolder('.Archive').length > 0);
  assert.deepEqual(inFolder('.Archive'), [25]);
  await page.getByText('No message is open').waitFor();

  // With others selected, they are shown instead.
  await page.getByRole('searchbox').fill('');
  await row('Letter 29').click();
  await reader().waitFor();
  await row('Letter 3')
    .or(row('Letter 28'))
    .first()
    .click({ modifiers: ['Control'] });
  await reader().waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: '2 selected' }).waitFor();
});

test('reader: another program takes the message away → it says so and offers nothing; it comes back → all again', async t => {
  const { home, row, reader } = await openMailWindow(t, browser, { messages: 3 });
  await row('Letter 1').click();
  await reader().getByText('The text of 1.').waitFor();
  const archive = reader().getByRole('button', { name: 'Archive' });
  await archive.waitFor();
  const name = `cur/${idOf(1).slice('INBOX/'.length)}:2,S`;
  await until('it to be read', () => renamed(join(home.maildir, name), join(home.maildir, '.Archive', name)));
  await reader().getByText('no longer here').waitFor();
  await reader().getByText('The text of 1.').waitFor();
  assert.equal(
    await reader()
      .getByRole('button', { name: /^(?:Archive|Delete|Mark|Flag|Reply|Forward)/ })
      .count(),
    0,
  );
  renameSync(join(home.maildir, '.Archive', name), join(home.maildir, name));
  await archive.waitFor();
  assert.equal(await reader().getByText('no longer here').count(), 0);
});

function renamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}
