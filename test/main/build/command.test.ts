// The bundled command, as it is when Waypost is installed: started by its first line, through links, without the sources.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { build } from '../../../main/build/build.ts';
import { giveToOwner, person, personsDir } from '../../support/host-process.ts';
import { until } from '../../support/until.ts';

const results = join(import.meta.dirname, '..', '..', '..', 'test-results');
const skip = process.platform === 'win32' ? 'no links and no first lines there' : false;

/** It must lie in the repository: it finds its packages there. */
async function buildCommand(t: TestContext): Promise<string> {
  await mkdir(results, { recursive: true });
  const outDir = await mkdtemp(join(results, 'command-'));
  t.after(() => rm(outDir, { recursive: true, force: true }));
  await build({ parts: ['cli'], outDir });
  await chmod(outDir, 0o755);
  return join(outDir, 'cli');
}

test('bundled command: called by its name, as a link, and by a program that sends mail → does its work', {
  skip,
}, async t => {
  const cli = await buildCommand(t);
  const directory = personsDir(t);
  const home = join(directory, 'home');
  const user = join(directory, 'user');
  await mkdir(user);
  giveToOwner(directory);
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`, HOME: user };
  const run = (file: string, args: readonly string[], input = '') => {
    const running = promisify(execFile)(file, args, { env, ...person });
    running.child.stdin?.end(input);
    return running;
  };
  const waypost = join(cli, 'waypost.js');

  assert.match((await run(waypost, ['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  symlinkSync(waypost, join(directory, 'maildirmake'));
  await run(join(directory, 'maildirmake'), [join(directory, 'Made')]);
  assert.deepEqual(readdirSync(join(directory, 'Made')).sort(), ['cur', 'new', 'tmp']);

  await run(waypost, ['init', '--home', home, '--me', 'a.example', '--user', 'ann', '--mail-home', user]);
  await run(join(home, 'bin', 'sendmail'), ['ann@a.example'], 'Subject: through the link\n\nHello.\n');
  assert.match((await run(join(home, 'bin', 'qmail-qstat'), [])).stdout, /^messages in queue: 1$/m);

  const host = execFile(waypost, ['serve', '--home', home], { env, ...person });
  t.after(() => host.kill('SIGKILL'));
  const exited = new Promise(resolve => host.once('exit', resolve));
  await until('the message in the Maildir', () => readdirSync(join(user, 'Maildir', 'new')).length === 1);
  // Its reader and its parser lie beside it.
  const asked = ['api', '--home', home, 'mail.list', '{"mailbox":"INBOX"}'];
  await until('its row', async () => /"subject": "through the link"/.test((await run(waypost, asked)).stdout));
  host.kill('SIGTERM');
  assert.equal(await exited, 0);
});

test('bundled command: what a host of root starts as another user is beside it', async t => {
  assert.ok(existsSync(join(await buildCommand(t), 'as-user.js')));
});
