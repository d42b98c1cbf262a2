// One Chromium for tests, driven by playwright-core.
import { type Browser, chromium } from 'playwright-core';
import { installedChromium } from './chromium.ts';

/** Starts a browser. Its package's own list of arguments is never used: it switches web security off. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(await installedChromium()),
    args: ['--no-sandbox', '--use-angle=swiftshader'],
    headless: true,
  });
}
