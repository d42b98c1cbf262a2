// From address to user, and as whom the delivery runs (qmail-lspawn).
import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLocalDeliver } from '../../../core/local/deliver.ts';
import { createReport, outcomeOfExit } from '../../../core/local/report.ts';
import { type Situation, whoRuns } from '../../../core/local/who-runs.ts';
import { localRig } from './local-rig.ts';

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
  assert.equal(report.text(), `${'x'.repeat(3000 - 31)}\nError report too long, sorry.\n`);
});

const joe = { user: 'joe', uid: 1000, gid: 1000, homeDir: '/home/joe', dash: '', ext: '' };
const root = { ...joe, user: 'root', uid: 0, gid: 0 };
const situations: [what: string, situation: Situation, who: string][] = [
  [
    "a person's host, own assignment",
    { assignment: joe, explicit: true, processUid: 1000, homeUid: () => 1000 },
    'this-process',
  ],
  [
    "a person's host, another uid",
    { assignment: root, explicit: true, processUid: 1000, homeUid: () => 1000 },
    'this-process',
  ],
  ['no uids at all', { assignment: joe, explicit: true, processUid: undefined, homeUid: () => 0 }, 'this-process'],
  ['root for a user', { assignment: joe, explicit: true, processUid: 0, homeUid: () => 0 }, 'own-process'],
  [
    'root for root, assigned, own home',
    { assignment: root, explicit: true, processUid: 0, homeUid: () => 0 },
    'this-process',
  ],
  ['root for root, not assigned', { assignment: root, explicit: false, processUid: 0, homeUid: () => 0 }, 'refused'],
  [
    'root for root in a home of another',
    { assignment: root, explicit: true, processUid: 0, homeUid: () => 1000 },
    'refused',
  ],
];
for (const [what, situation, who] of situations) {
  test(`whoRuns: ${what} → ${who}`, () => assert.equal(whoRuns(situation), who));
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
    `Trouble reading users/cdb in qmail-lspawn.\nbad format in users/assign: ${rig.home}/users/assign:1\n`,
  );
});

test("deliver: nobody's address → the alias folder, if there is one", async t => {
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
  assert.equal(rig.forwarded[0]?.invoker, 'alias');
});

const asRoot = { skip: process.getuid?.() !== 0 };

test('deliver as root: home of another owner, or alias owned by root → refused', asRoot, async t => {
  const refused = { kind: 'later', status: '4.3.0', text: 'Not allowed to perform deliveries as root.\n' };
  const rig = localRig(t);
  mkdirSync(join(rig.home, 'alias'));
  assert.deepEqual(await rig.deliver('nobody'), refused);
  chownSync(rig.home, 65534, 65534);
  assert.deepEqual(await rig.deliver(), refused);
});

test(
  "deliver as root for a user → every file, program and right is the user's; forwards go through the host",
  asRoot,
  async t => {
    const rig = localRig(t, { assign: '=joe:joe:65534:65533:HOME/joe:::\n+joe-:joe:65534:65533:HOME/joe:-::\n.\n' });
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
  const rig = localRig(t, { assign: '=joe:joe:65534:65534:HOME/joe:::\n.\n' });
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
  const rig = localRig(t, { assign });
  chmodSync(rig.home, 0o755);
  chownSync(rig.joe, 65534, 65534);
  rig.write('.qmail', '|kill -9 $PPID\n');
  assert.deepEqual(await rig.deliver(), { kind: 'later', status: '4.3.0', text: 'qmail-local crashed.\n' });
  rmSync(join(rig.joe, '.qmail'));
  const other = localRig(t, { assign, deps: { asUserPath: '/nonexistent/as-user.ts' } });
  const { kind, text } = await other.deliver();
  assert.equal(kind, 'later');
  assert.match(text, /^Unable to run qmail-local\.\n(?:.*\n)*?.*Cannot find module '\/nonexistent\/as-user\.ts'/);
});
