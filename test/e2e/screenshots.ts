// `npm run screenshots`: every place of the window, in both themes and two sizes, from a real host with real mail, into
// test-results/screenshots/.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { places } from '../renderer/support/places.ts';
import { startSampleHost } from '../renderer/support/sample-host.ts';
import { launchBrowser } from '../support/browser.ts';

const sizes = [
  { width: 1280, height: 800 },
  { width: 800, height: 600 },
] as const;
const out = join(import.meta.dirname, '..', '..', 'test-results', 'screenshots');

const endings: (() => unknown)[] = [];
const scope = { after: (end: () => unknown) => endings.unshift(end) as unknown as undefined };
const directory = mkdtempSync(join(tmpdir(), 'waypost-screenshots-'));
endings.push(() => rmSync(directory, { recursive: true, force: true }));
try {
  mkdirSync(out, { recursive: true });
  const sample = await startSampleHost(scope as Parameters<typeof startSampleHost>[0], directory);
  const browser = await launchBrowser();
  endings.unshift(() => browser.close());
  for (const viewport of sizes) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
      const page = await context.newPage();
      await page.goto(await sample.address());
      // The address lets the page in once: a reload before that would find it used up.
      await page.getByText('Host is up').waitFor();
      await shootAll(page, `${viewport.width}x${viewport.height}-${colorScheme}`);
      await context.close();
    }
  }
  process.stdout.write(`The screenshots are in ${out}\n`);
} finally {
  for (const end of endings) await end();
}

async function shootAll(page: Page, suffix: string): Promise<void> {
  for (const [name, goTo] of Object.entries(places)) {
    await goTo(page);
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(out, `${name}-${suffix}.png`) });
  }
}
