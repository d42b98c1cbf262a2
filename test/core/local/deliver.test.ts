// From address to user, and the user that the delivery runs as (qmail-lspawn).
import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { build as bundle } from 'esbuild';
import { createLocalDeliver } from '../../../core/local/deliver.ts';
import { createReport, outcomeOfExit } from '../../../core/local/lspawn-report.ts';
import { whichProcess } from '../../../core/local/which-process.ts';
import type { DeliveryJob } from '../../../core/paper-path/shapes.ts';
import { type LocalRig, localRig, parentOf, type RigOptions } from './local-rig.ts';

const exits: [code: number | 'crashed', kind: string, text: string][] = [
  [0, 'done', 'out'],
  [111, 'later', 'out'],
  [71, 'later', 'out'],
  [74, 'later', 'out'],
  [75, 'later', 'out'],
  [100, 'never', 'out'],
  [1, 'never', 'out'],
  ['crashed', 'later', 'qmail-local crashed.\n'],
  [112, 'later', 'Internal qmail-lspawn bug.\nout'],
  [113, 'later', 'Not allowed to perform deliveries as root.\nout'],
  [115, 'later', 'NFS failure in qmail-local.\nout'],
  [116, 'later', 'Unable to find alias user!\nout'],
  [117, 'later', 'Trouble reading users/cdb in qmail-lspawn.\nout'],
  [118, 'later', 'Temporary failure in qmail-lspawn.\nout'],
  [120, 'later', 'Unable to run qmail-local.\nout'],
];
for (const [code, kind, text] of exits) {
  test(`outcomeOfExit: ${code} → ${kind}`, () => {
    const outcome = outcomeOfExit(code, 'out');
    assert.deepEqual([outcome.kind, outcome.text], [kind, text]);
  });
}

test('report: up to 3000 bytes kept whole, more cut with a note', () => {
  const report = createReport();
  report.add('x'.repeat(3000));
  assert.equal(report.text(), 'x'.repeat(3000));
  report.add('y');
  assert.equal(report.text(), `${'x'.repeat(3000 - 34)}\nError report too long, sorry.\n`);
});

const situations: [what: string, uid: number, processUid: number | undefined, who: string][] = [
  ["a person's host, own assignment", 1000, 1000, 'this-process'],
  ["a person's host, another uid", 0, 1000, 'this-process'],
  ['no uids at all', 1000, undefined, 'this-process'],
  ['root for a user', 1000, 0, 'own-process'],
  ['root for root', 0, 0, 'refused'],
];
for (const [what, uid, processUid, who] of situations) {
  test(`whichProcess: ${what} → ${who}`, () => assert.equal(whichProcess(uid, processUid), who));
}

test('deliver: address without host, without local part → failure, success', async t => {
  const rig = localRig(t);
  const path = join(rig.home, 'message');
  writeFileSync(path, '');
  assert.deepEqual(await rig.deliver('@here.example'), { kind: 'done', text: '' });
  const deliver = createLocalDeliver(rig.deps);
  assert.deepEqual(await deliver({ id: 1, path, sender: '', recipient: 'joe' }), {
    kind: 'never',
    status: '5.1.3',
    text: 'Sorry, address must include host name. (#5.1.3)\n',
  });
  const missing = await deliver({ id: 1, path: `${path}-gone`, sender: '', recipient: 'joe@h' });
  assert.deepEqual(
    [missing.kind, missing.text.split('\n')[0]],
    ['later', 'qmail-spawn unable to open message. (#4.3.0)'],
  );
  const wrong = await deliver({ id: 1, path: rig.home, sender: '', recipient: 'joe@h' });
  assert.deepEqual([wrong.kind, wrong.text], ['later', 'Sorry, message has wrong type. (#4.3.5)\n']);
});

test('deliver: extension without a .qmail → bounces; users/assign broken → deferred by file and line', async t => {
  const rig = localRig(t);
  assert.deepEqual(await rig.deliver('joe-nothing'), {
    kind: 'never',
    status: '5.1.1',
    text: 'Sorry, no mailbox here by that name. (#5.1.1)\n',
  });
  writeFileSync(join(rig.home, 'users/assign'), '=joe\n.\n');
  const { kind, text } = await rig.deliver();
  assert.equal(kind, 'later');
  assert.equal(
    text,
    `Trouble reading users/cdb in qmail-lspawn.\nbad format in users/assign: ${rig.home}/users/assign:1: the line has no colon\n`,
  );
});

test('deliver: an address without a user → the alias folder, if there is one', async t => {
  const rig = localRig(t, { deps: { processUid: 1000 } });
  assert.deepEqual(await rig.deliver('nobody'), {
    kind: 'later',
    status: '4.3.0',
    text: 'Unable to find alias user!\n',
  });
  mkdirSync(join(rig.home, 'alias'));
  assert.equal((await rig.deliver('nobody')).text, 'Sorry, no mailbox here by that name. (#5.1.1)\n');
  writeFileSync(join(rig.home, 'alias/.qmail-postmaster'), '&joe@here.example\n');
  assert.deepEqual(await rig.deliver('POSTmaster'), { kind: 'done', text: 'did 0+1+0\nqp 4711\n' });
  assert.deepEqual(rig.forwarded[0]?.invoker, { uid: 1000, as: 'alias' });
});

/** A message in memory whose file must not be asked for. */
function inMemory(text: string): DeliveryJob {
  return {
    id: 1,
    sender: 'ines@shore.example',
    recipient: 'joe@here.example',
    raw: Buffer.from(text),
    get path(): string {
      return assert.fail('asked for the file');
    },
  };
}

test('deliver: message in memory → Maildir, mbox, forward and loop check without its file', async t => {
  const rig = localRig(t);
  const deliver = createLocalDeliver(rig.deps);
  rig.write('.qmail', './Maildir/\n./Mailbox\n&a@b\n');
  assert.equal((await deliver(inMemory('A: b\n\nbody\n'))).text, 'did 2+1+0\nqp 4711\n');
  const head = 'Return-Path: <ines@shore.example>\nDelivered-To: joe@here.example\n';
  assert.deepEqual(
    [
      rig.read(`Maildir/new/${rig.list('Maildir/new')[0]}`),
      rig.read('Mailbox').split('\n').slice(1).join('\n'),
      rig.forwarded[0]?.text,
    ],
    [`${head}A: b\n\nbody\n`, `${head}A: b\n\nbody\n\n`, 'Delivered-To: joe@here.example\nA: b\n\nbody\n'],
  );
  assert.equal((await deliver(inMemory('Delivered-To: joe@here.example\n\n'))).kind, 'never');
});

test('deliver: message in memory, a program → reads its file; deferred when there is none', async t => {
  const rig = localRig(t);
  const deliver = createLocalDeliver(rig.deps);
  rig.write('.qmail', '|cat > seen\n');
  const path = join(rig.home, 'message');
  writeFileSync(path, 'A: b\n\n');
  assert.equal((await deliver({ ...jobFor(path), raw: Buffer.from('A: b\n\n') })).kind, 'done');
  assert.equal(rig.read('seen'), 'A: b\n\n');
  const gone = await deliver({ ...jobFor(`${path}-gone`), raw: Buffer.from('A: b\n\n') });
  assert.deepEqual(
    [gone.kind, gone.text.split('\n')[0]],
    ['later', 'Unable to read message: no such file or directory. (#4.3.0)'],
  );
});

test('deliver: the sync deferred → told of the Maildir once it holds the message; mbox is none of its business', async t => {
  const told: unknown[] = [];
  const rig: LocalRig = localRig(t, {
    deps: { deferSync: maildir => told.push(maildir, rig.list('Maildir/new').length) },
  });
  rig.write('.qmail', './Mailbox\n./Maildir/\n');
  assert.equal((await rig.deliver('joe', { inMemory: true })).kind, 'done');
  assert.deepEqual(told, [`${rig.joe}/./Maildir`, 1]);
});

test('deliver: the sync deferred, the message only in its file → synced at once, and not reported as deferred', async t => {
  const told: string[] = [];
  const rig: LocalRig = localRig(t, { deps: { deferSync: maildir => told.push(maildir) } });
  rig.write('.qmail', './Maildir/\n');
  assert.equal((await rig.deliver()).kind, 'done');
  assert.deepEqual(told, []);
});

test('deliver: any outcome → no file stays open', { skip: process.platform !== 'linux' }, async t => {
  const rig = localRig(t);
  const openFiles = () => readdirSync('/proc/self/fd').length;
  const outcomes: string[] = [];
  const before = openFiles();
  for (const qmail of ['#\n', './Maildir/\n', './Mailbox\n', '&a@b\n', '|exit 100\n', './Nodir/\n', '\n']) {
    rig.write('.qmail', qmail);
    outcomes.push((await rig.deliver()).kind);
  }
  assert.deepEqual(outcomes, ['done', 'done', 'done', 'done', 'never', 'later', 'later']);
  assert.equal(openFiles(), before);
});

const asRoot = { skip: process.getuid?.() !== 0 };
/** Deliveries of a host that root started. */
function rootRig(t: TestContext, options: RigOptions = {}): LocalRig {
  return localRig(t, { root: {}, ...options });
}

const othersAssign = '=joe:joe:65534:65534:HOME/joe:::\n.\n';

/** The user that `othersAssign` names owns all of joe's home. */
function giveToOther(rig: LocalRig): void {
  chmodSync(rig.home, 0o755);
  for (const dir of ['', 'Maildir', 'Maildir/tmp', 'Maildir/new']) chownSync(join(rig.joe, dir), 65534, 65534);
}

function jobFor(path: string): DeliveryJob {
  return { id: 1, path, sender: '', recipient: 'joe@h' };
}

test('deliver as root: root by assignment, alias/ of root → refused, whoever is the home’s owner', asRoot, async t => {
  const refused = { kind: 'later', status: '4.3.0', text: 'Not allowed to perform deliveries as root.\n' };
  const rig = rootRig(t);
  assert.deepEqual(await rig.deliver(), refused);
  mkdirSync(join(rig.home, 'alias'));
  assert.deepEqual(await rig.deliver('nobody'), refused);
  chownSync(rig.home, 65534, 65534);
  assert.deepEqual(await rig.deliver(), refused);
});

test(
  "deliver as root for a user → every file, program and right is the user's; forwards go through the host",
  asRoot,
  async t => {
    const rig = rootRig(t, { assign: '=joe:joe:65534:65533:HOME/joe:::\n+joe-:joe:65534:65533:HOME/joe:-::\n.\n' });
    chmodSync(rig.home, 0o755);
    for (const dir of ['', 'Maildir', 'Maildir/tmp', 'Maildir/new']) chownSync(join(rig.joe, dir), 65534, 65533);
    rig.write('.qmail', './Maildir/\n./Mailbox\n|id -u; id -g; id -G; cat > seen; head -c 1 ../secret\n');
    chmodSync(join(rig.joe, '.qmail'), 0o644);
    writeFileSync(join(rig.home, 'secret'), 'secret', { mode: 0o600 });
    const first = await rig.deliver();
    assert.equal(first.kind, 'later');
    assert.match(first.text, /^65534\n65533\n65533\nhead: .*Permission denied\n$/);
    rig.write('.qmail', './Maildir/\n|id -u; cat > seen\n&a@b\n');
    assert.deepEqual(await rig.deliver(), { kind: 'done', text: '65534\ndid 1+1+1\nqp 4711\n' });
    assert.deepEqual(rig.forwarded, [
      {
        text: 'Delivered-To: joe@here.example\nSubject: hi\n\nHello.\n',
        envelope: { sender: 'ines@shore.example', recipients: ['a@b'] },
        invoker: { uid: 65534 },
      },
    ]);
    const stored = readdirSync(join(rig.joe, 'Maildir/new')).map(name => join(rig.joe, 'Maildir/new', name));
    assert.deepEqual(
      stored.map(path => [statSync(path).uid, statSync(path).gid, statSync(path).mode & 0o777]),
      [
        [65534, 65533, 0o600],
        [65534, 65533, 0o600],
      ],
    );
    assert.equal(readFileSync(join(rig.joe, 'seen'), 'latin1'), 'Subject: hi\n\nHello.\n');
  },
);

test('deliver as root for a user: message that only root may read → delivered, from the open file', asRoot, async t => {
  const rig = rootRig(t, { assign: '=joe:joe:65534:65534:HOME/joe:::\n.\n' });
  chmodSync(rig.home, 0o755);
  chownSync(rig.joe, 65534, 65534);
  rig.write('.qmail', './Mailbox\n|cat > seen\n');
  const path = join(rig.home, 'message');
  writeFileSync(path, 'x\n', { mode: 0o600 });
  assert.equal(
    (await createLocalDeliver(rig.deps)({ id: 1, path, sender: '', recipient: 'joe@h' })).text,
    'did 1+0+1\n',
  );
  assert.equal(readFileSync(join(rig.joe, 'seen'), 'latin1'), 'x\n');
});

test('deliver as root for a user: child dies, cannot start → deferred', asRoot, async t => {
  const assign = '=joe:joe:65534:65534:HOME/joe:::\n.\n';
  const rig = rootRig(t, { assign });
  chmodSync(rig.home, 0o755);
  chownSync(rig.joe, 65534, 65534);
  rig.write('.qmail', '|kill -9 $PPID\n');
  assert.deepEqual(await rig.deliver(), { kind: 'later', status: '4.3.0', text: 'qmail-local crashed.\n' });
  rmSync(join(rig.joe, '.qmail'));
  const other = rootRig(t, { assign, root: { asUserPath: '/nonexistent/as-user.ts' } });
  const { kind, text } = await other.deliver();
  assert.equal(kind, 'later');
  assert.match(text, /^Unable to run qmail-local\.\n(?:.*\n)*?.*Cannot find module '\/nonexistent\/as-user\.ts'/);
});

test(
  "deliver as root for a user, the sync deferred → this process is told to sync the file system, with the child's outcome",
  asRoot,
  async t => {
    const told: string[] = [];
    const rig = rootRig(t, { assign: othersAssign, deps: { deferSync: maildir => told.push(maildir) } });
    giveToOther(rig);
    for (const part of ['', 'tmp', 'new']) mkdirSync(join(rig.joe, 'Jörg', part));
    for (const part of ['', 'tmp', 'new']) chownSync(join(rig.joe, 'Jörg', part), 65534, 65534);
    rig.write('.qmail', `./Maildir/\n./Maildir/\n./${Buffer.from('Jörg').toString('latin1')}/\n|exit 111\n`);
    assert.deepEqual(await rig.deliver('joe', { inMemory: true }), { kind: 'later', status: '4.3.0', text: '' });
    assert.deepEqual(told, [join(rig.home, 'queue')]);
    assert.equal(rig.list('Maildir/new').length, 2);
  },
);

test('deliver as root for a user, the deferred sync refused → deferred', asRoot, async t => {
  const deferSync = () => {
    throw Object.assign(new Error('EMFILE: too many open files, open'), { code: 'EMFILE' });
  };
  const rig = rootRig(t, { assign: othersAssign, deps: { deferSync } });
  giveToOther(rig);
  rig.write('.qmail', './Maildir/\n');
  assert.deepEqual(await rig.deliver('joe', { inMemory: true }), {
    kind: 'later',
    status: '4.3.0',
    text: 'Temporary error on maildir delivery. (#4.3.0)\ntoo many open files\n',
  });
});

test(
  'deliver as root for a user after a crash → the first delivery sweeps the Maildir, the next one does not',
  asRoot,
  async t => {
    const rig = rootRig(t, { assign: othersAssign, deps: { sweepTorn: true } });
    giveToOther(rig);
    rig.write('.qmail', './Maildir/\n');
    const torn = '1795252616.M0P5Q1.host,S=8';
    const seen: boolean[] = [];
    for (let delivery = 0; delivery < 2; delivery++) {
      rig.write(`Maildir/new/${torn}`, 'half');
      assert.equal((await rig.deliver()).kind, 'done');
      seen.push(rig.list('Maildir/new').includes(torn));
    }
    assert.deepEqual(seen, [false, true]);
  },
);

test('deliver as root for a user: message in memory → the child reads its file', asRoot, async t => {
  const rig = rootRig(t, { assign: othersAssign });
  giveToOther(rig);
  rig.write('.qmail', './Maildir/\n');
  const path = join(rig.home, 'message');
  writeFileSync(path, 'x\n', { mode: 0o600 });
  const outcome = await createLocalDeliver(rig.deps)({ ...jobFor(path), raw: Buffer.from('x\n') });
  assert.equal(outcome.text, 'did 1+0+0\n');
  rmSync(path);
  const gone = await createLocalDeliver(rig.deps)({ ...jobFor(path), raw: Buffer.from('x\n') });
  assert.deepEqual([gone.kind, gone.text], ['later', 'Unable to read message: no such file or directory. (#4.3.0)\n']);
});

test('deliver as root for a user, from the bundle → as-user.js beside it runs', asRoot, async t => {
  const rig = rootRig(t, { assign: othersAssign });
  giveToOther(rig);
  rig.write('.qmail', './Maildir/\n|id -u\n');
  const outdir = join(rig.home, 'dist');
  await bundle({
    absWorkingDir: join(import.meta.dirname, '../../..'),
    entryPoints: ['core/host/processes/as-user-path.ts', 'core/host/processes/as-user.ts'],
    outbase: 'core',
    entryNames: '[name]',
    outdir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  writeFileSync(join(rig.home, 'package.json'), '{"type":"module"}');
  symlinkSync(join(import.meta.dirname, '../../../node_modules'), join(rig.home, 'node_modules'));
  const beside = (await import(join(outdir, 'as-user-path.js'))) as { asUserPath: string };
  const path = join(rig.home, 'message');
  writeFileSync(path, 'x\n');
  const { asUserPath } = beside;
  const { deliver: asUser } = parentOf(t, rig.home, { asUserPath });
  assert.deepEqual(await createLocalDeliver({ ...rig.deps, asUser })(jobFor(path)), {
    kind: 'done',
    text: '65534\ndid 1+0+1\n',
  });
  assert.equal(rig.list('Maildir/new').length, 1);
});
