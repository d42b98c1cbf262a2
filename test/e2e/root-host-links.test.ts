// A home that root made, whose host was taken over: the links that it puts into what is its own lead root nowhere.
import assert from 'node:assert/strict';
import {
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { waypost } from '../support/host-process.ts';
import { initAsRoot, notRoot, rootsUsers } from '../support/root-home.ts';
import { tempDir } from '../support/temp-dir.ts';

const { host, alias } = rootsUsers;

/** What the host's user can do to anything of its own. */
function replaceByLink(path: string, target: string): void {
  rmSync(`${path}.old`, { recursive: true, force: true });
  renameSync(path, `${path}.old`);
  symlinkSync(target, path);
  lchownSync(path, host.uid, host.gid);
}

const send = (home: string) =>
  waypost(['sendmail', '--home', home, '-f', 'a@b.example', 'joe@h.example'], { input: 'Subject: x\n\nHello.\n' });

test('root calls sendmail, the host has put links into its queue → root writes nothing where they lead', {
  skip: notRoot,
}, async t => {
  const { home } = await initAsRoot(t);
  const victim = tempDir(t);
  const file = join(victim, 'file');
  writeFileSync(file, 'kept', { mode: 0o600 });
  symlinkSync(file, join(home, 'queue/lock/trigger'));
  assert.equal((await send(home)).code, 0);
  assert.equal(readFileSync(file, 'utf8'), 'kept');
  const queued = readdirSync(join(home, 'queue/todo'));
  assert.equal(queued.length, 1);
  assert.equal(statSync(join(home, 'queue/todo', queued[0] as string)).uid, host.uid);

  replaceByLink(join(home, 'queue/todo'), victim);
  assert.notEqual((await send(home)).code, 0);
  assert.deepEqual(readdirSync(victim), ['file']);
});

const adopt = (home: string) => waypost(['adopt', '--home', home, '--alias-user', `${alias.uid}:${alias.gid}`]);

test('waypost adopt where the host has put links in the place of its folders → refused, nothing changed where they lead', {
  skip: notRoot,
}, async t => {
  const { home } = await initAsRoot(t);
  const victim = tempDir(t);
  mkdirSync(join(victim, 'lock'));
  const mode = () => (statSync(victim).mode & 0o7777).toString(8);
  for (const name of ['run', 'index', 'queue']) {
    replaceByLink(join(home, name), victim);
    const { code, stderr } = await adopt(home);
    assert.notEqual(code, 0);
    assert.match(stderr, name === 'queue' ? /./ : new RegExp(`${name} is a link that is not root's`));
    assert.deepEqual([mode(), readdirSync(victim), readdirSync(join(victim, 'lock'))], ['700', ['lock'], []], name);
    rmSync(join(home, name));
    renameSync(join(home, `${name}.old`), join(home, name));
  }
  assert.equal((await adopt(home)).code, 0);
});
