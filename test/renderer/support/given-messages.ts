// The window on a real host whose inbox contains given messages, byte for byte.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { initHome, type RunningHost, serve, type TestHome, waypost } from '../../support/host-process.ts';
import { tempDir } from '../../support/temp-dir.ts';

export interface LetterWindow extends TestHome {
  readonly page: Page;
  readonly host: RunningHost;
  /** Errors of the page and its console. */
  readonly troubles: readonly string[];
  /** Puts another message into the inbox, as a delivery would. */
  put(raw: string | Buffer): void;
}

interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** By name of the file below the home directory: what `.qmail…` files hold. */
  readonly rules?: Readonly<Record<string, string | Buffer>>;
}

/** @param letters messages, the oldest first; those without a Date are dated so */
export async function openLetters(
  t: TestContext,
  browser: Browser,
  letters: readonly (string | Buffer)[],
  options: WindowOptions = {},
): Promise<LetterWindow> {
  const { width = 1280, height = 800, colorScheme = 'light', rules = {} } = options;
  const made = await initHome(tempDir(t), 'wayfarer.example', 'wanda');
  let count = 0;
  function put(raw: string | Buffer): void {
    count += 1;
    const date = `Date: ${new Date(Date.UTC(2026, 10, 1, 8, count)).toUTCString()}\n`;
    const bytes = Buffer.from(raw);
    const dated = /^Date:/im.test(bytes.toString('latin1').split('\n\n', 1)[0] ?? '');
    mkdirSync(join(made.maildir, 'new'), { recursive: true });
    const whole = dated ? bytes : Buffer.concat([Buffer.from(date), bytes]);
    writeFileSync(join(made.maildir, 'new', `${1_700_000_000 + count}.${count}.host`), whole);
  }
  for (const letter of letters) put(letter);
  for (const [name, rule] of Object.entries(rules)) writeFileSync(join(made.mailHome, name), rule, { mode: 0o600 });
  const host = await serve(t, made.home, ['--ui', '127.0.0.1:0']);
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
  t.after(() => context.close());
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', error => troubles.push(error.message));
  page.on('console', message => message.type() === 'error' && troubles.push(message.text()));
  await page.goto((await waypost(['open', '--print', '--home', made.home])).stdout.trim());
  if (letters.length > 0)
    await page
      .getByRole('option')
      .nth(letters.length - 1)
      .waitFor();
  return { ...made, host, page, troubles, put };
}
