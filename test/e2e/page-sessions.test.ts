// The web page and its sessions, with a real host and a real browser: which browsers are admitted, and which traces are left.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { rendererDir } from '../../main/build/renderer-dir.ts';
import { axeViolations } from '../support/axe.ts';
import { launchBrowser, launchWithProfile } from '../support/browser.ts';
import { command } from '../support/command.ts';
import { findElectron } from '../support/electron/driver.ts';
import {
  giveToOwner,
  initHome,
  person,
  personsDir,
  type RunningHost,
  serve,
  waypost,
} from '../support/host-process.ts';
import { keyOf } from '../support/page-line.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const npmStart = join(import.meta.dirname, '..', '..', 'main', 'start.ts');

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

interface Site {
  readonly home: string;
  readonly maildir: string;
  readonly host: RunningHost;
  readonly url: string;
  /** What `waypost open` prints. */
  address(): Promise<string>;
  /** The host again, after it has ended. */
  again(): Promise<RunningHost>;
}

async function startSite(t: TestContext): Promise<Site> {
  const { home, maildir } = await initHome(tempDir(t), 'here.example', 'wanda');
  const again = () => serve(t, home, ['--ui', '127.0.0.1:0']);
  const host = await again();
  return {
    home,
    maildir,
    host,
    url: host.ready.ui?.url as string,
    address: async () => (await waypost(['open', '--print', '--home', home])).stdout.trim(),
    again,
  };
}

const isIn = (page: Page) => page.getByText('No mail here').waitFor();
const says = (page: Page, title: string) => page.getByRole('heading', { name: title }).waitFor();

async function newPage(t: TestContext, context?: BrowserContext): Promise<Page> {
  const own = context ?? (await browser.newContext({ viewport: { width: 1280, height: 800 } }));
  if (!context) t.after(() => own.close());
  return own.newPage();
}

/** What a page could keep or say: its cookies, its storage, its address. */
function traces(page: Page): Promise<string> {
  return page.evaluate(
    () =>
      `${document.cookie} ${location.href} ${document.referrer} ${JSON.stringify(sessionStorage)} ${JSON.stringify(localStorage)}`,
  );
}

test('page: its address → admits one tab, once; the key leaves the address; a reload stays admitted', async t => {
  const { url } = await startSite(t);
  const page = await newPage(t);
  await page.goto(url);
  await isIn(page);
  assert.equal(new URL(page.url()).hash, '#/mail');
  assert.ok(!(await traces(page)).includes(keyOf(url)));
  await page.reload();
  await isIn(page);
  const second = await newPage(t);
  await second.goto(url);
  await says(second, 'This address no longer works');
  assert.deepEqual(await axeViolations(second), []);
});

test('page: a new tab → says what to do; the address that waypost open prints admits that very tab', async t => {
  const { url, address } = await startSite(t);
  const context = await browser.newContext();
  t.after(() => context.close());
  const first = await newPage(t, context);
  await first.goto(url);
  await isIn(first);
  await first.close();
  const page = await newPage(t, context);
  await page.goto(new URL('/', url).href);
  await says(page, 'This tab has no session');
  await page.getByText('waypost open', { exact: true }).waitFor();
  assert.deepEqual(await axeViolations(page), []);
  await page.goto(await address());
  await isIn(page);
});

/** A stand-in for xdg-open: it records its arguments and runs for a while. */
function opener(directory: string): { env: Record<string, string>; said(): string } {
  const [bin, out] = [join(directory, 'opener'), join(directory, 'opened')];
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'xdg-open'),
    `#!/bin/sh\nprintf '%s\\n' "$@" > '${out}.tmp'; mv '${out}.tmp' '${out}'\nsleep 30\n`,
  );
  chmodSync(join(bin, 'xdg-open'), 0o755);
  giveToOwner(directory);
  return {
    env: { PATH: `${bin}:${process.env.PATH}`, DISPLAY: ':77', CI: '', BROWSER: '' },
    said: () => (existsSync(out) ? readFileSync(out, 'utf8').trim() : ''),
  };
}

/** The arguments of all processes of the machine. */
function allArguments(): string {
  return globSync('/proc/[0-9]*/cmdline')
    .map(path => {
      try {
        return readFileSync(path, 'latin1');
      } catch {
        return ''; // ended meanwhile
      }
    })
    .join('\n');
}

/** What was printed for people. */
function addressIn(stdout: string): string {
  return /^http:\S+$/m.exec(stdout)?.[0] ?? assert.fail(stdout);
}

const onLinux = process.platform === 'linux' ? false : 'needs /proc';

/** What a program that opens addresses was given, while it still runs: a file that leads in, and no key. */
async function checkOpened(t: TestContext, path: string, printed: string): Promise<void> {
  const html = readFileSync(path, 'utf8');
  const key = /#key=([0-9a-f]{64})/.exec(html)?.[1] as string;
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const seen = allArguments();
  assert.ok(seen.includes(path), 'the opener still runs');
  for (const secret of [key, keyOf(printed)]) assert.ok(!seen.includes(secret), 'a key is among the arguments');
  const page = await newPage(t);
  await page.goto(`file://${path}`);
  // A home that was just made shows the guide.
  const guide = page.getByRole('button', { name: 'Not now' });
  await page.getByRole('listbox', { name: 'Messages' }).or(page.getByText('No mail here')).or(guide).first().waitFor();
  assert.ok(!existsSync(path), 'the file is gone');
}

test('waypost open: with a browser → it gets a file, no argument of any process holds a key', {
  skip: onLinux,
}, async t => {
  const { home } = await startSite(t);
  const { env, said } = opener(personsDir(t));
  const { code, stdout } = await waypost(['open', '--home', home], { env });
  assert.equal(code, 0);
  await checkOpened(t, await until('the opener', said), addressIn(stdout));
});

test('npm start: with a browser → it gets a file, no argument of any process holds a key', {
  skip: onLinux || (findElectron(process.env) ? 'Electron’s runtime is here' : false),
}, async t => {
  const directory = personsDir(t);
  await rendererDir(); // The person may write nothing into the source tree.
  const { env, said } = opener(directory);
  const child = spawn(process.execPath, [npmStart, '--home', join(directory, 'home')], {
    env: { ...process.env, ...env, HOME: directory, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
    ...person,
  });
  t.after(() => child.kill('SIGKILL'));
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', piece => {
    stdout += piece;
  });
  const path = await until('the opener', said, 30_000);
  await checkOpened(t, path, addressIn(stdout));
});

test('page: another port of 127.0.0.1, reached by a link → gets no secret, and reaches no host', async t => {
  const { url } = await startSite(t);
  const heard: string[] = [];
  const other = createServer((request, response) => {
    heard.push(JSON.stringify([request.url, request.headers]));
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>other</title>');
  }).listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const page = await newPage(t);
  await page.goto(url);
  await isIn(page);
  const secret = await secretOf(page);
  assert.deepEqual(await page.context().cookies(), []);
  await page.evaluate(
    port => {
      location.href = `http://127.0.0.1:${port}/`;
    },
    (other.address() as AddressInfo).port,
  );
  await until('the other page', async () => (await page.title()) === 'other');
  const left = `${await traces(page)} ${heard.join()}`;
  for (const word of [secret, keyOf(url)]) assert.ok(!left.includes(word), left);
  const closed = await page.evaluate(
    address =>
      new Promise(resolve => {
        const socket = new WebSocket(address);
        socket.onopen = () => resolve('open');
        socket.onclose = () => resolve('closed');
      }),
    `ws://${new URL(url).host}/api`,
  );
  assert.equal(closed, 'closed', 'a page of another origin opens no line');
});

function secretOf(page: Page): Promise<string> {
  return page.evaluate(() => JSON.parse(sessionStorage.getItem('waypost.session') ?? '').secret as string);
}

test('page: what the browser keeps on the disk → only the tab’s own storage has the session, no cache has the key', async t => {
  const { url, home } = await startSite(t);
  const directory = join(tempDir(t), 'profile');
  const context = await launchWithProfile(directory);
  const page = await newPage(t, context);
  await page.goto(url);
  await isIn(page);
  await page.reload();
  await isIn(page);
  const secret = await secretOf(page);
  await context.close();
  const files = globSync('**/*', { cwd: directory }).filter(name => statSync(join(directory, name)).isFile());
  assert.ok(
    files.some(name => /Cache/.test(name)),
    'there is a cache to look at',
  );
  const holding = (word: string) => files.filter(name => readFileSync(join(directory, name)).includes(word));
  // The tab's own storage is where the session is; everything else must be without it.
  assert.deepEqual(
    holding(secret).filter(name => !/Session Storage|Sessions\//.test(name)),
    [],
  );
  assert.deepEqual(
    holding(keyOf(url)).filter(name => /cache|cookie/i.test(name)),
    [],
  );
  assert.ok(!readFileSync(join(home, 'page', 'sessions.json'), 'utf8').includes(secret));
});

async function startWriting(page: Page, words: string): Promise<void> {
  await page.keyboard.press('c');
  await page.getByRole('textbox', { name: 'Message' }).fill(words);
}

function drafts(maildir: string): string {
  const directory = join(maildir, '.Drafts', 'cur');
  if (!existsSync(directory)) return '';
  return readdirSync(directory)
    .map(name => readFileSync(join(directory, name), 'utf8'))
    .join('\n');
}

test('page: the host is killed while the user types, and restarts → the page finds it, the text is saved', async t => {
  const { url, host, again, maildir } = await startSite(t);
  const page = await newPage(t);
  await page.goto(url);
  await isIn(page);
  await startWriting(page, 'The crane is booked');
  await host.stop('SIGKILL');
  await page.getByText('The host cannot be reached').waitFor();
  await again();
  await until('the draft', () => drafts(maildir).includes('The crane is booked'), 30_000);
  await page.getByText('Host is up').waitFor();
  assert.deepEqual(await unsavedNames(page), []);
});

test('page: the host is killed while the user types, and the page reloaded → the text is there again', async t => {
  const { url, host, again, maildir } = await startSite(t);
  const page = await newPage(t);
  await page.goto(url);
  await isIn(page);
  await startWriting(page, 'The crane is booked');
  await host.stop('SIGKILL');
  await page.reload().catch(() => {});
  await again();
  await page.goto(new URL('/', url).href);
  const box = page.getByRole('textbox', { name: 'Message' });
  await box.waitFor();
  assert.equal(await box.inputValue(), 'The crane is booked');
  await until('the draft', () => drafts(maildir).includes('The crane is booked'), 30_000);
  await until('nothing unsaved', async () => (await unsavedNames(page)).length === 0);
});

function unsavedNames(page: Page): Promise<string[]> {
  return page.evaluate(() => Object.keys(localStorage).filter(name => name.startsWith('waypost.unsaved.')));
}

test('page: its session is revoked → it says so and stops asking, the text stays; a new address admits it again', async t => {
  const { url, home, address, maildir } = await startSite(t);
  const page = await newPage(t);
  let lines = 0;
  page.on('websocket', () => {
    lines += 1;
  });
  await page.goto(url);
  await isIn(page);
  await startWriting(page, 'Still');
  const listed = await waypost(['ui', 'sessions', '--home', home]);
  assert.match(listed.stdout, /^[0-9a-f]{8} {2}wanda at http:\/\/127\.0\.0\.1:\d+, since .+, open in 1 tab\n.+Chrome/);
  assert.equal((await waypost(['ui', 'revoke', '--all', '--home', home])).code, 0);
  const alert = page.getByRole('alert').filter({ hasText: 'Your session has ended' });
  await alert.waitFor();
  await page.getByRole('textbox', { name: 'Message' }).fill('Still here');
  await page.waitForTimeout(2_500);
  assert.equal(lines, 1, 'it does not try for ever');
  assert.deepEqual(await axeViolations(page), []);
  await page.goto(await address());
  await alert.waitFor({ state: 'detached' });
  assert.equal(await page.getByRole('textbox', { name: 'Message' }).inputValue(), 'Still here');
  await until('the draft', () => drafts(maildir).includes('Still here'), 30_000);
});

test('waypost open, waypost ui: no host, wrong words, unknown sessions → said, with their exit codes', async t => {
  const directory = tempDir(t);
  const { home } = await initHome(directory, 'here.example', 'wanda');
  const rows: [string[], number, RegExp][] = [
    [['open'], 1, /No host is running/],
    [['ui', 'sessions'], 1, /No host is running/],
    [['ui'], 100, /^usage/],
    [['ui', 'revoke'], 100, /^usage/],
    [['ui', 'revoke', 'x', '--all'], 100, /^usage/],
    [['open', '--quick'], 100, /quick/],
  ];
  for (const [args, code, said] of rows) {
    const got = await waypost([...args, '--home', home]);
    assert.deepEqual([args, got.code], [args, code]);
    assert.match(got.stderr, said);
  }
  const host = await serve(t, home, []);
  const none = await waypost(['open', '--home', home]);
  assert.deepEqual([none.code, none.stderr.includes('--ui')], [1, true]);
  const unknown = await waypost(['ui', 'revoke', 'x', '--home', home]);
  assert.deepEqual([unknown.code, unknown.stderr], [1, 'ui: there is no session x. See: waypost ui sessions\n']);
  await host.stop();
  const refused = spawn(process.execPath, [command, 'serve', '--home', home, '--ui', '192.0.2.1:0'], person);
  let stderr = '';
  refused.stderr.setEncoding('utf8').on('data', piece => {
    stderr += piece;
  });
  assert.deepEqual((await once(refused, 'exit'))[0], 1);
  assert.match(stderr, /without TLS anyone on the way/);
});
