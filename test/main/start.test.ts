// npm start on a machine without Electron's runtime: the same host behind a page, from a first start to Ctrl-C.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { rendererDir } from '../../main/build/renderer-dir.ts';
import { usualSmtpPort } from '../../main/smtp-port.ts';
import { findElectron } from '../support/electron/driver.ts';
import { giveToOwner, person, personsDir, waypost } from '../support/host-process.ts';
import { memoryCredentials, openLine } from '../support/page-line.ts';
import { until } from '../support/until.ts';

const script = join(import.meta.dirname, '..', '..', 'main', 'start.ts');

function start(t: TestContext, home: string, user: string) {
  mkdirSync(user, { recursive: true });
  const env = { ...process.env, HOME: user, ELECTRON_SKIP_BINARY_DOWNLOAD: '1', BROWSER: 'none', WAYPOST_HOME: '' };
  giveToOwner(dirname(home));
  const child = spawn(process.execPath, [script, '--home', home], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...person,
  });
  t.after(() => child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', piece => {
      output[name] += piece;
    });
  }
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return { child, output, exited };
}

const skip = findElectron(process.env) ? 'Electron’s runtime is here' : false;

test('npm start: no Electron → one line says so, a page opens, Ctrl-C drains and ends with 0', {
  skip,
  timeout: 60_000,
}, async t => {
  const directory = personsDir(t);
  await rendererDir(); // The person may write nothing into the source tree.
  const home = join(directory, 'home');
  const user = join(directory, 'user');
  // The usual port is taken, by another test or by this one.
  const other = createServer();
  other.on('error', () => {});
  other.listen({ host: '127.0.0.1', port: usualSmtpPort, exclusive: true });
  t.after(() => other.close());

  const { child, output, exited } = start(t, home, user);
  const url = await until('the address', () => /^http:\S+$/m.exec(output.stdout)?.[0], 30_000);
  assert.match(
    output.stdout,
    /^Electron’s runtime is not here .+\nPort 2525 is taken, so mail is accepted on port \d+\.\nOpen this page in a browser\. .+\nhttp:\/\/127\.0\.0\.1:\d+\/#key=\S+\n\n/,
  );
  const said = await until('how to stop', () => (/To stop: Ctrl-C/.test(output.stdout) ? output.stdout : undefined));
  assert.match(said, new RegExp(`^ {2}Your mail +${join(user, 'Maildir')}$`, 'm'));
  assert.match(said, /^ {2}SMTP +127\.0\.0\.1 port \d+$/m);
  assert.match(said, new RegExp(`^ {2}Home +${home}$`, 'm'));
  const page = await fetch(url);
  assert.match(await page.text(), /<title>Waypost<\/title>/);
  assert.ok(existsSync(join(home, 'bin', 'sendmail')));
  await until('the welcome message', () => readdirSync(join(user, 'Maildir', 'new')).length === 1);

  child.kill('SIGINT');
  assert.equal(await exited, 0);
  assert.equal(output.stderr, '');
});

test('npm start: a host runs on the home → a new address of its page, which lets a browser in; serve says where it is', {
  skip,
  timeout: 60_000,
}, async t => {
  const directory = personsDir(t);
  await rendererDir(); // The person may write nothing into the source tree.
  const [home, user] = [join(directory, 'home'), join(directory, 'user')];
  const first = start(t, home, user);
  await until('the address', () => /^http:/m.test(first.output.stdout), 30_000);
  const page = (output: string) => /^(http:.+\/)#key=(\S+)$/m.exec(output);
  const second = start(t, home, user);
  assert.equal(await second.exited, 0);
  assert.equal(second.output.stderr, '');
  assert.match(second.output.stdout, /^Waypost is already running on this home\.\nOpen this page in a browser\. /);
  const [, url = '', key = ''] = page(second.output.stdout) ?? [];
  assert.equal(url, page(first.output.stdout)?.[1]);
  await openLine(Number(new URL(url).port), memoryCredentials(url.replace(/\/$/, ''), { key }));

  const served = await waypost(['serve', '--home', home, '--ui', '127.0.0.1:0']);
  assert.equal(served.code, 1);
  assert.match(served.stderr, /^serve: fatal: A mail host is already running on this home\./);
  assert.match(served.stderr, new RegExp(`^ {2}Window +${url}$`, 'm'));
  assert.doesNotMatch(served.stderr, /key=/);
  first.child.kill('SIGTERM');
  assert.equal(await first.exited, 0);
});
