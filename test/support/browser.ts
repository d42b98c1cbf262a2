// Starts one Chromium for tests, driven by playwright-core.
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { installedChromium } from './chromium.ts';

/** Starts a browser. Its package's own list of arguments is never used: it switches web security off. */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch(await options(args));
}

/** One with a profile of its own on the disk, as a person has it. */
export async function launchWithProfile(directory: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(directory, await options([]));
}

async function options(args: readonly string[]) {
  return { ...(await installedChromium()), args: ['--no-sandbox', '--use-angle=swiftshader', ...args], headless: true };
}
