// The Chromium that replaces Electron's own: one for the process, started with the first window. Every request of
// every page comes through here, and none goes out to a network.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page, type Route } from 'playwright-core';
import { installedChromium } from '../chromium.ts';

/** Chromium knows no app: scheme, so app://host/ is shown to it as this. */
const standIn = /^https:\/\/([a-z0-9.-]+)\.app\.invalid(\/|$)/;

export function toStandIn(url: string): string {
  return url.replace(/^app:\/\/([a-z0-9.-]+)/, 'https://$1.app.invalid');
}

export function fromStandIn(url: string): string {
  return url
    .replace(/^blob:https:/, 'blob:\u0000https:')
    .split('\u0000')
    .map(part => part.replace(standIn, 'app://$1$2'))
    .join('');
}

export interface Chromium {
  readonly context: BrowserContext;
  /** Where a test can attach to look at the same pages. */
  readonly debugPort: number;
  close(): Promise<void>;
}

/** @param answer gets every request of every page */
export async function startChromium(answer: (route: Route) => Promise<void>): Promise<Chromium> {
  const profile = mkdtempSync(join(tmpdir(), 'electron-double-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...(await installedChromium()),
    // The port lets the test see the pages; the rest is what a container needs.
    // Electron has no popup blocker: its handler is asked whether or not the user has just clicked.
    args: ['--no-sandbox', '--use-angle=swiftshader', '--disable-popup-blocking', '--remote-debugging-port=0'],
    serviceWorkers: 'block',
  });
  await context.route('**/*', answer);
  const debugPort = Number(readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')[0]);
  return {
    context,
    debugPort,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** The page that a request belongs to; undefined for the first request of a window that was opened by a page. */
export function pageOf(route: Route): { page: Page; isMainFrame: boolean } | undefined {
  try {
    const frame = route.request().frame();
    return { page: frame.page(), isMainFrame: frame.parentFrame() === null };
  } catch {
    return undefined;
  }
}
