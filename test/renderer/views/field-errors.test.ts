// Errors are shown beside the field where the mistake was typed: in rules, and in the composer's recipients.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { axeViolations } from '../../support/axe.ts';
import { launchBrowser } from '../../support/browser.ts';
import { openLetters } from '../support/given-messages.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

/** The description of a field besides its name. */
function description(field: Locator): Promise<string> {
  return field.evaluate(element => {
    const id = element.getAttribute('aria-describedby');
    return (id && document.getElementById(id)?.textContent) ?? '';
  });
}

test('rules: a forward to the rule itself is typed → warned of; a file that cannot be saved → said at the text', async t => {
  const rules = { '.qmail-harbour': './Maildir/\n', '.qmail-old': Buffer.from('# M\xfcller\n./Maildir/\n', 'latin1') };
  const { page, troubles } = await openLetters(t, browser, [], { rules });
  await page.getByRole('link', { name: 'Rules' }).click();
  await page.getByRole('button', { name: /-harbour/ }).click();
  const editor = page.getByRole('textbox', { name: 'Rule text' });
  await editor.fill('./Maildir/\n&wanda-harbour@wayfarer.example\n');
  const lines = page.getByRole('list', { name: 'Line by line' });
  await lines.getByText('the copy would come back and bounce as a loop').waitFor();

  await page.getByRole('button', { name: /-old/ }).click();
  await editor.fill('./Maildir/\n');
  await page.getByRole('button', { name: 'Save rule' }).click();
  await page.getByRole('alert').getByText('~/.qmail-old is not UTF-8 text').waitFor();
  assert.equal(await editor.getAttribute('aria-invalid'), 'true');
  assert.match(await description(editor), /is not UTF-8 text; change it with an editor\. Nothing was saved/);
  assert.deepEqual(await axeViolations(page), []);
  await page.getByRole('button', { name: /-harbour/ }).click();
  assert.equal(await editor.getAttribute('aria-invalid'), 'false');
  assert.deepEqual(troubles, []);
});

test('composer: parts that are no addresses → each field names all of its own; nothing was sent', async t => {
  const { page, troubles } = await openLetters(t, browser, []);
  await page.keyboard.press('c');
  const field = (name: string) => page.getByRole('textbox', { name, exact: true });
  await field('To').fill('ines@shore.example, a@b@c, Tomas <tomas@>');
  await page.getByRole('button', { name: 'Cc', exact: true }).click();
  await field('Cc').fill('@nowhere');
  await field('Subject').fill('who');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Not sent: some addresses are not valid.').waitFor();
  assert.deepEqual(
    [await description(field('To')), await description(field('Cc'))],
    [
      '“a@b@c”, “Tomas <tomas@>” are not addresses. Write name@host, with commas between addresses.',
      '“@nowhere” is not an address. Write name@host, with commas between addresses.',
    ],
  );
  assert.deepEqual(await axeViolations(page), []);
  await field('Cc').fill('');
  assert.equal(await description(field('To')), '');
  assert.deepEqual(troubles, []);
});
