// A newcomer's first hour, on a machine that is named without a dot: start from the clone (which is this tree), mail to oneself
// from the shell, from the window and by SMTP, another name, another place, a service, and its removal.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { rendererDir } from '../../main/build/renderer-dir.ts';
import { launchBrowser } from '../support/browser.ts';
import { findElectron } from '../support/electron/driver.ts';
import { fakeSystemd } from '../support/fake-systemd.ts';
import { giveToOwner, person, personsDir, waypost } from '../support/host-process.ts';
import { without } from '../support/programs.ts';
import { rawClient } from '../support/raw-client.ts';
import { until } from '../support/until.ts';

const script = join(import.meta.dirname, '..', '..', 'main', 'start.ts');
/** For whatever a busy machine is slow with. */
const patienceMs = 60_000;

const isRoot = process.getuid?.() === 0;
const skip = findElectron(process.env)
  ? 'Electron’s runtime is here'
  : process.platform !== 'linux'
    ? 'systemd and names of machines are Linux’s here'
    : isRoot
      ? without('unshare')
      : hostname().includes('.') && 'this machine is named with a dot, and only root can give it another name';

/** `npm start` of a person; of root’s tests, on a machine named `vm`. */
function start(t: TestContext, home: string, env: NodeJS.ProcessEnv) {
  const command = [process.execPath, script, '--home', home];
  const asPerson = ['setpriv', `--reuid=${person.uid}`, `--regid=${person.gid}`, '--clear-groups', ...command];
  const [file = '', ...args] = isRoot
    ? ['unshare', '-u', 'sh', '-c', 'hostname vm && exec "$@"', '-', ...asPerson]
    : command;
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (said += text));
  return { child, said: () => said };
}

test('a newcomer’s first hour: start, mail to oneself in three ways, a new name, a new place, a service, the end', {
  skip,
}, async t => {
  await rendererDir(); // The person may write nothing into the source tree.
  const directory = personsDir(t);
  const systemd = fakeSystemd(t, directory);
  const user = join(directory, 'person');
  mkdirSync(user);
  giveToOwner(directory);
  const home = join(user, 'waypost');
  const env = {
    ...process.env,
    HOME: user,
    XDG_CONFIG_HOME: '',
    WAYPOST_HOME: '',
    ELECTRON_SKIP_BINARY_DOWNLOAD: '1',
    BROWSER: 'none',
    PATH: `${systemd.bin}:${process.env.PATH}`,
  };
  const began = performance.now();
  const reached = (what: string) => t.diagnostic(`${what} after ${Math.round((performance.now() - began) / 1000)} s`);
  const me = isRoot ? 'vm' : hostname().toLowerCase();
  const name = (isRoot ? 'nobody' : userInfo().username).toLowerCase();
  const subjects = () =>
    ['new', 'cur'].flatMap(place =>
      readdirSync(join(user, 'Maildir', place)).map(
        file => /^Subject: (.*)$/m.exec(readFileSync(join(user, 'Maildir', place, file), 'latin1'))?.[1] ?? '',
      ),
    );
  const arrived = (subject: string) => until(`the mail “${subject}”`, () => subjects().includes(subject), patienceMs);
  const shell = async (command: string) =>
    (await promisify(execFile)('/bin/sh', ['-c', command], { env, cwd: user, ...person })).stdout;
  const send = (at: string, to: string, subject: string) =>
    shell(`printf 'Subject: ${subject}\\n\\nhello\\n' | ${at}/bin/sendmail ${to}`);

  // The first start says where everything is; the welcome message proves that the way is open.
  const first = start(t, home, env);
  await until('how to stop', () => /To stop: /.test(first.said()), patienceMs);
  const [, url = ''] = /^(http:\S+)$/m.exec(first.said()) ?? assert.fail(first.said());
  const [, address = ''] = /^ {2}Your address +(\S+)$/m.exec(first.said()) ?? [];
  const [, port = ''] = /^ {2}SMTP +127\.0\.0\.1 port (\d+)$/m.exec(first.said()) ?? [];
  assert.equal(address, `${name}@${me}`);
  await arrived('Your mail host is running');

  reached('started');
  // From the shell.
  for (const [at, to] of [name, address, 'root@localhost'].entries()) await send(home, to, `by shell ${at}`);
  for (const at of [0, 1, 2]) await arrived(`by shell ${at}`);

  reached('mail by the shell');
  // From the window.
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(patienceMs);
  await page.goto(url);
  await page.getByRole('button', { name: 'Not now' }).click();
  await inList(page, 'by shell 2');
  await write(page, address, 'by window');
  await arrived('by window');
  await inList(page, 'by window');

  reached('mail by the window');
  // By SMTP.
  await sendBySmtp(Number(port), address, 'by SMTP');
  await arrived('by SMTP');
  await inList(page, 'by SMTP');

  reached('mail by SMTP');
  // Another name, while it runs.
  const renamed = await waypost(['--home', home, 'config-fast', '--user', name, '--force', 'mail.shore.example']);
  assert.match(renamed.stdout, /The running host uses them from now on/);
  await write(page, `${name}@mail.shore.example`, 'under a new name');
  await arrived('under a new name');
  await send(home, 'postmaster', 'to postmaster');
  await arrived('to postmaster');
  await page.close();

  reached('another name');
  // Another place, and a service there.
  first.child.kill('SIGINT');
  const [code] = await once(first.child, 'exit');
  assert.equal(code, 0, first.said());
  const moved = join(user, 'moved');
  renameSync(home, moved);
  const service = (...args: string[]) => waypost(['service', '--home', moved, ...args], { env });
  const installed = await service('install', '--smtp', '127.0.0.1:0');
  assert.equal(installed.code, 0, installed.stderr);
  await until('the service', async () => (await waypost(['status', '--home', moved])).code === 0, patienceMs);
  await send(moved, 'root', 'at the new place');
  await arrived('at the new place');
  reached('a service');
  // The end: the mail stays.
  assert.equal((await service('remove')).code, 0);
  assert.equal((await waypost(['status', '--home', moved])).code, 1);
  rmSync(moved, { recursive: true });
  assert.deepEqual(
    subjects().sort(),
    [
      'Your mail host is running',
      'at the new place',
      'by SMTP',
      'by shell 0',
      'by shell 1',
      'by shell 2',
      'by window',
      'to postmaster',
      'under a new name',
    ].sort(),
  );
});

async function inList(page: Page, subject: string): Promise<void> {
  await page
    .getByRole('listbox', { name: 'Messages' })
    .getByRole('option', { name: new RegExp(subject) })
    .waitFor();
}

async function write(page: Page, to: string, subject: string): Promise<void> {
  await page.getByRole('button', { name: 'Write', exact: true }).click();
  await page.getByRole('textbox', { name: 'To', exact: true }).fill(to);
  await page.getByRole('textbox', { name: 'Subject' }).fill(subject);
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('hello');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await message.waitFor({ state: 'detached' });
}

async function sendBySmtp(port: number, to: string, subject: string): Promise<void> {
  const client = await rawClient(port);
  assert.match(await client.line(), /^220 /);
  for (const [say, expected] of [
    ['HELO me', '250'],
    [`MAIL FROM:<${to}>`, '250'],
    [`RCPT TO:<${to}>`, '250'],
    ['DATA', '354'],
    [`Subject: ${subject}\r\n\r\nhello\r\n.`, '250'],
  ] as const) {
    client.send(`${say}\r\n`);
    assert.equal((await client.line()).slice(0, 3), expected, say);
  }
  client.drop();
}
