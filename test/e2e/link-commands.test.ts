// `waypost link` and hooks with hosts that run: the guide to links, word by word; a hook that is called a thousand times, late, and
// without a host; and a link that a person holds.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import type { LinkContact, LinkStatus } from '../../core/api/links.ts';
import { run as link } from '../../main/cli/link/link.ts';
import { callCommand } from '../support/call-command.ts';
import { command } from '../support/command.ts';
import { call } from '../support/control-call.ts';
import { processesOf } from '../support/host-children.ts';
import { giveToOwner, initHome, person, personsDir, serve, waypost } from '../support/host-process.ts';
import { initAsRoot, notRoot } from '../support/root-home.ts';
import { until } from '../support/until.ts';

const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'links.md'), 'utf8');

/** The indented blocks of a section, each as its lines. */
function blocksOf(section: string): string[][] {
  const text = guide.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? assert.fail(`no section ${section}`);
  return [...text.matchAll(/(?:^ {4}.+\n)+/gm)].map(([block]) => block.trimEnd().replaceAll(/^ {4}/gm, '').split('\n'));
}

test('docs/links.md: a first link in five minutes, as it is written → the message arrives', async t => {
  const directory = personsDir(t);
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'waypost'), `#!/bin/sh\nexec '${process.execPath}' '${command}' "$@"\n`, { mode: 0o755 });
  const [inits, serves, edit, file, send, up, look, down, ...rest] = blocksOf('A first link in five minutes');
  assert.ok(inits && serves && edit && file && send && up && look && down && rest.length === 0);
  const env = { ...process.env, HOME: directory, PATH: `${bin}:${process.env.PATH}`, VISUAL: '', EDITOR: '' };
  const shell = async (...lines: string[]) => {
    const done = await promisify(execFile)('/bin/sh', ['-ec', lines.join('\n')], { env, cwd: directory, ...person });
    return done.stdout;
  };

  await shell(...inits);
  const ports = new Map<string, string>();
  for (const line of serves) {
    const [, name = '', port = ''] = /^waypost serve --home ~\/try\/(\w+) --smtp 127\.0\.0\.1:(\d+)$/.exec(line) ?? [];
    const { ready } = await serve(t, join(directory, 'try', name), ['--smtp', '127.0.0.1:0']);
    ports.set(port, String(ready.smtp?.port));
  }
  const lines = file.map(line => line.replace(/:(\d+)$/, (_, port) => `:${ports.get(port)}`));
  writeFileSync(join(directory, 'lines'), `${lines.join('\n')}\n`);
  const [home = '', ...others] = edit;
  const editor = `export EDITOR='cp ${join(directory, 'lines')}'`;
  assert.equal(await shell(home, editor, ...others), 'Saved control/links/radio.\n');

  const field = { home: join(directory, 'try/field') };
  const sent = await shell(home, ...send);
  assert.match(sent, /^LINK .*\nradio {2}down {3}/);
  await until('the message waits', async () => (await waitingFor(field)) === 1);
  assert.match(
    await shell(home, send.at(-1) ?? ''),
    /^ {4}\d+ B, .* \S+@field\.example to ann@hub\.example\n {4}The first one$/m,
  );
  await shell(home, ...up);
  await until('the message has arrived', () => readdirSync(join(directory, 'try/ann/Maildir/new')).length > 0);
  await until('the contact has ended', async () => (await contactsOf(field)).length === 1);
  const seen = await shell(home, ...look);
  assert.match(seen, /^\d+ {2}up +\S+ \d\d:\d\d, done in \d+s: 1 sent, /);
  assert.match(seen, /MAIL FROM:<\S+@field\.example>/);
  assert.match(await shell(home, ...down), /^radio counts as down\.\nLINK .*\nradio {2}down {3}nothing /);
});

async function waitingFor(host: { readonly home: string }): Promise<number> {
  return (await call<{ total: number }>(host, 'links.waiting', { name: 'radio' })).total;
}

async function contactsOf(host: { readonly home: string }): Promise<LinkContact[]> {
  return (await call<{ contacts: LinkContact[] }>(host, 'links.history', { name: 'radio' })).contacts;
}

interface Rig {
  readonly home: string;
  readonly hub: { readonly maildir: string };
  /** `waypost link …` in this process, as a command of its own would do it. */
  readonly run: (...args: string[]) => ReturnType<typeof callCommand>;
  readonly status: () => Promise<LinkStatus>;
  readonly contacts: () => Promise<LinkContact[]>;
  readonly start: () => ReturnType<typeof serve>;
  /** Queues a message that waits for the link, and resolves when it does. */
  readonly write: (subject: string) => Promise<void>;
}

/** A host with the link `radio` to a hub. */
async function rig(t: TestContext, lines = ''): Promise<Rig> {
  const directory = personsDir(t);
  const hub = await initHome(directory, 'hub.example', 'ann');
  const field = await initHome(directory, 'field.example', 'ben');
  const { ready } = await serve(t, hub.home, ['--smtp', '127.0.0.1:0']);
  mkdirSync(join(field.home, 'control', 'links'));
  const file = `carries hub.example\nserver 127.0.0.1:${ready.smtp?.port}\n${lines}`;
  writeFileSync(join(field.home, 'control', 'links', 'radio'), file);
  giveToOwner(directory);
  const { home } = field;
  const status = async () => {
    const { links } = await call<{ links: LinkStatus[] }>({ home }, 'links.list');
    return links[0] ?? assert.fail('no link');
  };
  return {
    home,
    hub,
    status,
    run: (...args) => callCommand(link, args, { home }),
    contacts: async () =>
      (await call<{ contacts: LinkContact[] }>({ home }, 'links.history', { name: 'radio' })).contacts,
    start: () => serve(t, home, []),
    async write(subject) {
      const before = await waitingFor({ home });
      const sent = await waypost(['sendmail', '--home', home, 'ann@hub.example'], { input: `Subject: ${subject}\n\n` });
      assert.equal(sent.code, 0, sent.stderr);
      await until('it waits', async () => (await waitingFor({ home })) > before);
    },
  };
}

test('hooks: up a thousand times, twenty at a time → one contact, and no process is left', async t => {
  const { home, run, start, write, contacts, status } = await rig(t);
  const host = await start();
  await write('one');
  const before = processesOf(host, /./).length;
  let called = 0;
  const caller = async () => {
    for (; called < 1_000; ) {
      called += 1;
      const { code, stderr } = await run('up', 'radio', '--quiet');
      assert.deepEqual([code, stderr], [0, '']);
    }
  };
  await Promise.all(Array.from({ length: 20 }, caller));
  const real = await Promise.all(Array.from({ length: 4 }, () => waypost(['link', 'up', 'radio', '--home', home])));
  assert.deepEqual(
    real.map(({ code, stdout }) => [code, stdout]),
    real.map(() => [0, 'radio counts as up.\n']),
  );
  await until('the contact has ended', async () => (await contacts()).length > 0 && !(await status()).progress);
  assert.deepEqual(
    (await contacts()).map(({ cause, end, sent }) => [cause, end, sent]),
    [['up', 'done', 1]],
  );
  assert.ok(processesOf(host, /./).length <= before + 2, 'processes are left');
});

test('hooks: up twice and down, late, without a host, after its restart → what was said last holds', async t => {
  const { run, start, write, contacts, status } = await rig(t);
  assert.equal((await run('up', 'radio')).code, 0);
  const host = await start();
  assert.equal((await status()).state, 'down');
  await write('one');
  for (const word of ['up', 'up', 'down']) await run(word, 'radio', '--quiet');
  await until('no contact runs', async () => !(await status()).progress);
  assert.equal((await status()).state, 'down');
  assert.ok((await contacts()).length <= 1, 'one contact at most');
  await run('up', 'radio', '--quiet');
  await until('all is sent', async () => (await status()).waiting.messages === 0);
  await until('no contact runs', async () => !(await status()).progress);
  assert.equal(await host.stop(), 0);
  for (const word of ['up', 'down', 'exchange']) assert.equal((await run(word, 'radio', '--quiet')).code, 0);
});

test('waypost link hold, release: while it is held nothing goes; exchange goes even when it is down', async t => {
  const { hub, run, start, write, contacts, status } = await rig(t);
  await start();
  await run('hold', 'radio');
  await run('up', 'radio');
  await write('one');
  assert.deepEqual([(await status()).offline, (await contacts()).length], [true, 0]);
  await run('down', 'radio');
  await run('release', 'radio');
  assert.deepEqual([(await status()).offline, (await contacts()).length], [false, 0]);
  const { code, stdout } = await run('exchange', 'radio', '--wait');
  assert.match(stdout, /^A contact over radio has started\.\n(?:.+\n)*\S+ \d\d:\d\d, done in \d+s: 1 sent, .*\n$/);
  assert.equal(code, 0);
  await until('the hub has delivered it', () => readdirSync(join(hub.maildir, 'new')).length === 1);
});

test('waypost link: a message that is too large, first, kept, dropped, returned → each as it was told', async t => {
  const { run, start, write, status } = await rig(t, 'largest-bytes 2000\n');
  await start();
  await run('hold', 'radio');
  for (const subject of ['a', 'b', 'c', 'd', `${'x'.repeat(900)} `.repeat(3)]) await write(subject);
  const rows = async () => JSON.parse((await run('waiting', 'radio', '--json')).stdout).rows as Row[];
  const id = async (subject: string) =>
    (await rows()).find(row => row.subject.startsWith(subject))?.id ?? assert.fail(`${subject} does not wait`);
  await run('first', 'radio', await id('c'));
  await run('keep', 'radio', await id('a'));
  await run('drop', 'radio', await id('b'));
  const bounced = await run('bounce', 'radio', await id('d'));
  assert.deepEqual(bounced, { code: 0, stdout: '1 message returned to the sender.\n', stderr: '' });
  assert.deepEqual(
    (await rows()).map(({ subject, order, tooLarge }) => [subject.slice(0, 3), order, tooLarge]).sort(),
    [
      ['a', 'held', false],
      ['c', 'first', false],
      ['xxx', 'usual', true],
    ],
  );
  assert.equal((await rows())[0]?.subject, 'c');
  await run('release', 'radio');
  await run('exchange', 'radio', '--wait');
  assert.deepEqual([(await status()).waiting.messages, (await status()).keptBack], [0, 2]);
  await run('now', 'radio', await id('xxx'));
  await run('usual', 'radio', await id('a'));
  await run('exchange', 'radio', '--wait');
  assert.deepEqual([(await status()).waiting.messages, (await status()).keptBack], [0, 0]);
  assert.equal((await run('drop', 'radio', 'gone')).code, 1);
});

interface Row {
  readonly id: string;
  readonly subject: string;
  readonly order: string;
  readonly tooLarge: boolean;
}

test('waypost link: nobody at the other end → exchange --wait and test fail, and say why', async t => {
  const { home, run, start, write } = await rig(t);
  await start();
  const nobody = 'carries hub.example\nserver 127.0.0.1:1\n';
  assert.equal((await callCommand(link, ['save', 'radio', '-'], { home: home, input: nobody })).code, 0);
  await write('one');
  const { code, stdout } = await run('exchange', 'radio', '--wait');
  assert.equal(code, 1);
  assert.match(stdout, /, failed \(.+\) in /);
  const tested = await run('test', 'radio');
  assert.equal(tested.code, 1);
  assert.match(tested.stdout, /^FAIL {2}.+: .+$/m);
});

test('waypost link save, remove: in a home that root runs → root writes what the host may not', {
  skip: notRoot,
}, async t => {
  const { home } = await initAsRoot(t);
  await serve(t, home, ['--smtp', '127.0.0.1:0']);
  const run = (input: string, ...args: string[]) => callCommand(link, args, { home, input });
  const saved = await run('server 127.0.0.1:1\ncarries hub.example\n', 'save', 'radio', '-');
  assert.deepEqual(saved, { code: 0, stdout: 'Saved control/links/radio.\n', stderr: '' });
  assert.match((await run('')).stdout, /^radio {2}/m);
  const sent = await waypost(['sendmail', '--home', home, 'ann@hub.example'], { input: 'Subject: x\n\n' });
  assert.equal(sent.code, 0, sent.stderr);
  await until('it waits', async () => /1 message/.test((await run('')).stdout));
  assert.match((await run('', 'remove', 'radio')).stderr, /^link: The link radio was not removed: a message waits/);
  const [row] = JSON.parse((await run('', 'waiting', 'radio', '--json')).stdout).rows as Row[];
  assert.equal((await run('', 'drop', 'radio', row?.id ?? '')).code, 0);
  assert.equal((await run('', 'remove', 'radio')).stdout, 'Removed control/links/radio.\n');
  assert.match((await run('')).stdout, /^There are no links\./);
});
