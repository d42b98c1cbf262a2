// Mail made to keep the window busy, in a real browser: no message costs the window's thread much.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { launchBrowser } from '../../../support/browser.ts';
import { initHome, serve, waypost } from '../../../support/host-process.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { hostileHtml } from '../../support/hostile-html.ts';

/** Seconds of the processor for the window's thread. The slowest of these took 9 to 56 before such texts were bounded. */
const mostBusySec = 6;

const long = 'x'.repeat(100_000);
const asHtml = (html: string): string => `Subject: s\nContent-Type: text/html; charset=utf-8\n\n${html}\n`;
const letters: Readonly<Record<string, string>> = {
  'a subject of 20,000 letters': `Subject: ${'x'.repeat(20_000)}\n\ntext\n`,
  'a subject of 100,000 letters': `Subject: ${long}\n\ntext\n`,
  'a name of 100,000 letters in From': `From: ${long} <a@x.example>\nSubject: s\n\ntext\n`,
  'a name of 100,000 letters in To': `To: ${long} <a@x.example>\nCc: "${long}" <b@x.example>\nSubject: s\n\ntext\n`,
  'an address of 100,000 letters': `Reply-To: ${long}@x.example\nTo: ${long}@x.example\nSubject: s\n\ntext\n`,
  '5,000 people in To': `To: ${Array.from({ length: 5000 }, (_, i) => `p${i}@x.example`).join(',\n ')}\nSubject: s\n\ntext\n`,
  'a name of 100,000 letters of a file': `Subject: s\nContent-Type: application/x; name=${long}\nContent-Disposition: attachment\n\ntext\n`,
  '120 KB of what looks like links': `Subject: s\n\n${'a.'.repeat(40_000)}\n`,
  '20,000 links': `Subject: s\n\n${'https://x.example/ '.repeat(20_000)}\n`,
  'a line of 300,000 letters': `Subject: s\n\n${'x'.repeat(300_000)}\n`,
  '100,000 quote marks': `Subject: s\n\n${'>'.repeat(100_000)} text\n`,
  '40,000 letters that few fonts have': `Subject: s\n\n${'a \u0e33 \u{11a3a} '.repeat(20_000)}\n`,
  '16,000 quotes of letters that few fonts have': `Subject: s\n\n${'> a \u{11a3a}\nb \u0e33\n'.repeat(8000)}\n`,
  'HTML of 10,000 lines of letters that few fonts have': asHtml('a \u{11a3a}<br>'.repeat(10_000)),
  'HTML of 40,000 lines that are read in a direction to be found out': asHtml(
    `<div dir="auto">${'a b<br>'.repeat(40_000)}`,
  ),
  'HTML of 40,000 lines within bdi': asHtml(`<bdi>${'a b<br>'.repeat(40_000)}`),
  'HTML of 500 elements within each other whose direction is to be found out': asHtml(
    `${'<div dir="auto">1'.repeat(500)}${'2<br>'.repeat(30_000)}`,
  ),
  '20,000 quotes': `Subject: s\n\n${'> a\nb\n'.repeat(20_000)}\n`,
};

const html = Object.fromEntries(Object.entries(hostileHtml).map(([about, text]) => [about, asHtml(text)]));

for (const [what, mail] of Object.entries({ letters, html })) {
  test(`window: mail made to keep it busy, ${what} → each message is shown, and costs the window little`, t =>
    showAll(t, mail));
}

async function showAll(t: TestContext, letters: Readonly<Record<string, string>>): Promise<void> {
  const { home, maildir } = await initHome(tempDir(t), 'wayfarer.example', 'wanda');
  for (const [i, [about, raw]] of Object.entries(letters).entries()) {
    const from = raw.startsWith('From:') ? '' : `From: Number ${i} <n${i}@x.example>\n`;
    const text = `${from}Date: Sat, ${i + 1} Nov 2025 10:00:00 +0000\nX-About: ${about}\n${raw}`;
    writeFileSync(join(maildir, 'new', `${1_700_000_000 + i}.${i}.host`), text);
  }
  await serve(t, home, ['--ui', '127.0.0.1:0']);
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await page.goto((await waypost(['open', '--print', '--home', home])).stdout.trim());
  const rows = page.getByRole('option');
  await rows.nth(Object.keys(letters).length - 1).waitFor();
  const session = await page.context().newCDPSession(page);
  // Time of the processor: a busy machine makes no message slow.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busySec = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  };

  const slow: Record<string, number> = {};
  for (const about of Object.keys(letters).reverse()) {
    const before = await busySec();
    const row = rows.nth(Object.keys(letters).reverse().indexOf(about));
    await row.click();
    await page.getByRole('radio', { name: 'Source' }).check();
    await page.getByText(`X-About: ${about}`).waitFor();
    // If there is too much of it, the text is shown, and a line says why.
    const isHtml = (await page.getByRole('radio', { name: 'HTML', exact: true }).count()) > 0;
    const view = isHtml ? 'HTML' : 'Text';
    await page.getByRole('radio', { name: view, exact: true }).check();
    if (view === 'HTML') await page.frameLocator('iframe').locator('body > *').first().waitFor({ state: 'attached' });
    await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
    const took = (await busySec()) - before;
    t.diagnostic(`${about}: ${took.toFixed(2)} s`);
    if (!(took < mostBusySec)) slow[about] = took;
  }
  assert.deepEqual(slow, {});
}
