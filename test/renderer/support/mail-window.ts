// The mail place on a real host, in a real browser: a Maildir of as many messages as a test wants, and what is on disk.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { initHome, type RunningHost, serve, type TestHome, waypost } from '../../support/host-process.ts';
import { tempDir } from '../../support/temp-dir.ts';

export interface MailWindow {
  readonly home: TestHome;
  readonly host: RunningHost;
  readonly page: Page;
  /** Errors of the console and the page. */
  readonly troubles: readonly string[];
  /** The row of the message whose subject this is. */
  row(subject: string): Locator;
  box(name: RegExp): Locator;
  reader(): Locator;
  /** Which messages a folder has, by number: `''` is the inbox, `.Archive` the archive. */
  inFolder(folder: string): number[];
  /** Puts message `number` into the inbox, as a delivery would. */
  deliver(number: number, text?: string): void;
  /** Asks the page to show a message, as a notification or a link does. */
  openLink(id: string): Promise<void>;
  /** On a desktop: an event, as if the host had sent it. */
  tell(event: string, data: object): Promise<void>;
}

interface WindowOptions {
  readonly messages: number;
  readonly folders?: readonly string[];
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** Shown by the desktop application, which can ask the page to do things. */
  readonly desktop?: boolean;
  /** On a desktop: answers calls in place of the host; undefined: the host is asked. */
  readonly play?: (method: string, request: unknown) => object | undefined;
}

/** What the page of a desktop has, as far as a test needs it. */
interface DesktopPage {
  waypost: unknown;
  askHost(method: string, request: unknown): Promise<unknown>;
  obey(command: object): void;
  notice(notice: object): void;
  notices: number;
}

const firstSec = 1_700_000_000;

/** The id of message `number` in the inbox; higher numbers are newer. */
export const idOf = (number: number): string => `INBOX/${firstSec + number}.${number}.host`;

function letter(number: number, text: string): string {
  const date = new Date((firstSec + number) * 1000).toUTCString().replace('GMT', '+0000');
  return `From: Ines Duarte <ines@shore.example>\nTo: wanda@wayfarer.example\nSubject: Letter ${number}\nDate: ${date}\n\n${text}\n`;
}

/** Which message a file holds; NaN for one that is being renamed. */
function numberIn(path: string): number {
  try {
    return Number(/^Subject: Letter (\d+)/m.exec(readFileSync(path, 'latin1'))?.[1]);
  } catch {
    return Number.NaN;
  }
}

/** Starts a host whose inbox holds the messages 0 to `messages` − 1, and a page of it. */
export async function openMailWindow(t: TestContext, browser: Browser, options: WindowOptions): Promise<MailWindow> {
  const { messages, folders = ['.Archive'], width = 1280, height = 800, colorScheme = 'light' } = options;
  const home = await initHome(tempDir(t), 'wayfarer.example', 'wanda');
  for (const folder of folders) await waypost(['maildirmake', join(home.maildir, folder)]);
  const deliver = (number: number, text = `The text of ${number}.`): void => {
    writeFileSync(join(home.maildir, 'new', idOf(number).slice('INBOX/'.length)), letter(number, text));
  };
  for (let number = 0; number < messages; number += 1) deliver(number);
  const host = await serve(t, home.home, ['--ui', '127.0.0.1:0']);
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
  t.after(() => context.close());
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', error => troubles.push(error.message));
  page.on('console', message => message.type() === 'error' && troubles.push(message.text()));
  if (options.desktop) await makeDesktop(page, home, options.play ?? (() => undefined));
  await page.goto(host.ready.ui?.url ?? '');
  await page.getByRole('option').first().waitFor();
  return {
    home,
    host,
    page,
    troubles,
    deliver,
    row: subject => page.getByRole('option').filter({ has: page.getByText(subject, { exact: true }) }),
    box: name => page.getByRole('navigation', { name: 'Mailboxes' }).getByRole('button', { name }),
    reader: () => page.getByRole('article', { name: 'Message' }),
    inFolder: folder =>
      ['new', 'cur']
        .map(part => join(home.maildir, folder, part))
        .flatMap(directory => (existsSync(directory) ? readdirSync(directory).map(name => join(directory, name)) : []))
        .map(numberIn)
        .sort((a, b) => a - b),
    tell: (event, data) =>
      page.evaluate(
        notice => {
          const here = globalThis as unknown as DesktopPage;
          here.notices += 1;
          here.notice({ seq: here.notices, ...notice });
        },
        { event, data },
      ),
    openLink: id =>
      page.evaluate(wanted => (globalThis as unknown as DesktopPage).obey({ kind: 'open', id: wanted }), id),
  };
}

/** The bridge of the desktop, over the host's control socket; the host's own notices do not come this way. */
async function makeDesktop(page: Page, { home }: TestHome, play: NonNullable<WindowOptions['play']>): Promise<void> {
  await page.exposeFunction('askHost', (method: string, request: unknown) => {
    const value = play(method, request);
    return value ? { ok: true, value } : askHost(home, method, request);
  });
  await page.addInitScript(() => {
    const here = globalThis as unknown as DesktopPage;
    here.waypost = {
      desktop: true,
      invoke: (method: string, request: unknown) => here.askHost(method, request),
      onNotice(receive: (notice: object) => void) {
        here.notice = receive;
        here.notices = 0;
      },
      onCommand(receive: (command: object) => void) {
        here.obey = receive;
      },
    };
  });
}

function askHost(home: string, method: string, request: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect(join(home, 'run', 'control.sock'));
    socket.once('error', reject);
    socket.write(`${JSON.stringify({ id: 1, method, request })}\n`);
    createInterface({ input: socket }).on('line', line => {
      const { answer } = JSON.parse(line);
      if (answer === undefined) return;
      resolve(answer);
      socket.destroy();
    });
  });
}
