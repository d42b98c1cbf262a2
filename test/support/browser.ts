// One Chromium for tests: the one that comes with @sparticuz/chromium, driven by playwright-core.
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as launcher } from 'playwright-core';

/** Starts a browser. Its package's own list of arguments is never used: it switches web security off. */
export async function launchBrowser(): Promise<Browser> {
  return launcher.launch({
    executablePath: await chromium.executablePath(),
    args: ['--no-sandbox', '--use-angle=swiftshader'],
    headless: true,
  });
}
