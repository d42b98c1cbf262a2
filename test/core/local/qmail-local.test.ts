// Local delivery as the queue sees it: addresses in, files, programs, forwards and outcomes out.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { refusal } from '../../../core/queue/qq-codes.ts';
import { type LocalRig, localRig } from './local-rig.ts';

test('deliver: a Maildir line, a program line and a forward → all three, counted in the report', async t => {
  const rig = localRig(t);
  rig.write('.qmail', './Maildir/\n|cat > seen\n&ines@shore.example\n');
  assert.deepEqual(await rig.deliver(), { kind: 'done', text: 'did 1+1+1\nqp 4711\n' });
  const [name = ''] = rig.list('Maildir/new');
  assert.match(name, /^1795252616\.M0P\d+Q1\.host\.example,S=85$/);
  assert.deepEqual(
    {
      maildir: rig.read(`Maildir/new/${name}`),
      tmp: rig.list('Maildir/tmp'),
      seen: rig.read('seen'),
      forwarded: rig.forwarded,
    },
    {
      maildir: 'Return-Path: <ines@shore.example>\nDelivered-To: joe@here.example\nSubject: hi\n\nHello.\n',
      tmp: [],
      seen: 'Subject: hi\n\nHello.\n',
      forwarded: [
        {
          text: 'Delivered-To: joe@here.example\nSubject: hi\n\nHello.\n',
          envelope: { sender: 'ines@shore.example', recipients: ['ines@shore.example'] },
          invoker: { uid: process.getuid?.() },
        },
      ],
    },
  );
});

test('deliver: no .qmail, or one of 0 bytes → the default delivery, ./Mailbox unless control says otherwise (local.md 6)', async t => {
  const rig = localRig(t);
  await rig.deliver('joe', { message: 'From here\nbody', sender: '' });
  rig.write('.qmail', '');
  chmodSync(join(rig.joe, '.qmail'), 0o700);
  assert.deepEqual(await rig.deliver('joe', { message: '', sender: '' }), { kind: 'done', text: 'did 1+0+0\n' });
  const head = 'From MAILER-DAEMON Sat Nov 21 09:16:56 2026\nReturn-Path: <>\nDelivered-To: joe@here.example\n';
  assert.equal(rig.read('Mailbox'), `${head}>From here\nbody\n\n${head}\n`);

  const other = localRig(t, { control: { defaultdelivery: './Maildir/\n./copy' } });
  assert.deepEqual(await other.deliver(), { kind: 'done', text: 'did 2+0+0\n' });
});

test('deliver: a .qmail with only a comment → accepted and discarded', async t => {
  const rig = localRig(t);
  rig.write('.qmail', '#\n');
  assert.deepEqual(await rig.deliver(), { kind: 'done', text: 'did 0+0+0\n' });
  assert.equal(existsSync(join(rig.joe, 'Mailbox')), false);
});

const exits: [exit: number, kind: string][] = [
  [0, 'done'],
  [1, 'later'],
  [2, 'later'],
  [64, 'never'],
  [65, 'never'],
  [70, 'never'],
  [71, 'later'],
  [75, 'later'],
  [76, 'never'],
  [77, 'never'],
  [78, 'never'],
  [99, 'done'],
  [100, 'never'],
  [111, 'later'],
  [112, 'never'],
];
test('program: each exit code → qmail-command(8) (local.md 3)', async t => {
  const rig = localRig(t);
  const seen: [number, string][] = [];
  for (const [exit] of exits) {
    rig.write('.qmail', `|exit ${exit}\n`);
    const { kind, text } = await rig.deliver();
    seen.push([exit, kind]);
    assert.equal(text, kind === 'done' ? 'did 0+0+1\n' : '');
  }
  assert.deepEqual(seen, exits);
});

/** .qmail text, and the outcome with `~` for joe's home. */
const texts: [what: string, qmail: string, kind: string, text: string][] = [
  ['program output before the result', '|echo out; echo err >&2\n', 'done', 'out\nerr\ndid 0+0+1\n'],
  ['program that explains its failure', '|echo "try again (#4.9.9)"; exit 111\n', 'later', 'try again (#4.9.9)\n'],
  ['program output with NUL', "|printf 'a\\0b'; exit 100\n", 'never', 'a'],
  ['blank first line', '\n', 'later', 'Uh-oh: first line of .qmail file is blank. (#4.2.1)\nSee ~/.qmail:1\n'],
  ['killed program', '# note\n|kill -9 $$\n', 'later', 'Aack, child crashed. (#4.3.0)\nSee ~/.qmail:2\n'],
  [
    'blanks in first line',
    ' \t\n./Maildir/\n',
    'later',
    'Uh-oh: first line of .qmail file is blank. (#4.2.1)\nSee ~/.qmail:1\n',
  ],
  ['empty line later', '# x\n\n./Maildir/\n', 'done', 'did 1+0+0\n'],
  ['no such Maildir', './Maildir/\n./Nodir/\n', 'later', 'Unable to chdir to maildir. (#4.2.1)\nSee ~/.qmail:2\n'],
  [
    'no such directory',
    './no/mbox\n',
    'later',
    'Unable to open ./no/mbox: no such file or directory. (#4.2.1)\nSee ~/.qmail:1\n',
  ],
  [
    '+list, then a file',
    '+list\n./Maildir/\n',
    'later',
    'Uh-oh: .qmail has file delivery but has x bit set. (#4.7.0)\nSee ~/.qmail:2\n',
  ],
  [
    '+list, then a program',
    '+list\n|true\n',
    'later',
    'Uh-oh: .qmail has prog delivery but has x bit set. (#4.7.0)\nSee ~/.qmail:2\n',
  ],
  ['another flag', '+fun\n./Maildir/\n', 'done', 'did 1+0+0\n'],
  ['failing program before a forward', '|exit 100\n&a@b\n', 'never', ''],
];
for (const [what, qmail, kind, text] of texts) {
  test(`deliver: ${what} → ${kind}`, async t => {
    const rig = localRig(t);
    rig.write('.qmail', qmail);
    const outcome = await rig.deliver();
    assert.deepEqual([outcome.kind, outcome.text], [kind, text.replaceAll('~', rig.joe)]);
    assert.equal(rig.forwarded.length, text.includes('qp') ? 1 : 0);
    assert.deepEqual(rig.list('Maildir/tmp'), []);
  });
}

test('program: exit 99 between forwards → the one before it is sent, the one after is not (local.md 4)', async t => {
  const rig = localRig(t);
  rig.write('.qmail', '&a@b\n|exit 99\n&c@d\n');
  assert.deepEqual(await rig.deliver(), { kind: 'done', text: 'did 0+1+1\nqp 4711\n' });
  assert.deepEqual(
    rig.forwarded.map(({ envelope }) => envelope.recipients),
    [['a@b']],
  );
});

test("program: not found → deferred with the shell's words and the line", async t => {
  const rig = localRig(t);
  rig.write('.qmail', '|no-such-program-anywhere\n');
  const { kind, text } = await rig.deliver();
  assert.equal(kind, 'later');
  assert.match(text, /no-such-program-anywhere.*not found\n/);
  assert.ok(text.endsWith(`exit code 127.\nSee ${rig.joe}/.qmail:1\n`), text);
});

test('program: endless output → 2997 bytes, said to be cut', async t => {
  const rig = localRig(t);
  rig.write('.qmail', '|head -c 5000000 /dev/zero | tr "\\0" x; exit 100\n');
  const { text } = await rig.deliver();
  assert.equal(text.length, 2997);
  assert.match(text, /^x+\nError report too long, sorry\.\n$/);
});

test('program: a job left in the background that holds the output → not waited for', async t => {
  const rig = localRig(t);
  rig.write('.qmail', '|echo started; sleep 30 & echo $! > pid\n');
  assert.deepEqual(await rig.deliver(), { kind: 'done', text: 'started\ndid 0+0+1\n' });
  process.kill(Number(rig.read('pid')));
});

test('program: each reads the message from its first byte; umask 077; in the home; environment built', async t => {
  const rig = localRig(t);
  rig.write('.qmail-x-default', '|head -c 3 > one\n|cat > two; umask > umask; pwd > pwd; env > env\n');
  await rig.deliver('joe-x-Y.z');
  assert.deepEqual(
    { one: rig.read('one'), two: rig.read('two'), umask: rig.read('umask'), pwd: rig.read('pwd') },
    { one: 'Sub', two: 'Subject: hi\n\nHello.\n', umask: '0077\n', pwd: `${rig.joe}\n` },
  );
  const env = rig.read('env');
  assert.match(env, /^DEFAULT=Y\.z$/m);
  assert.match(env, /^EXT=x-Y\.z$/m);
  assert.doesNotMatch(env, /SECRET/);
});

test('program: bytes that are not UTF-8 in the line and in the sender → reach it unchanged', async t => {
  const rig = localRig(t);
  rig.write('.qmail', '|echo "caf\xe9 \'$1" > out; printf %s "$SENDER" > sender; printf %s "$RPLINE" > rp\n');
  await rig.deliver('joe', { sender: 'j\xf6rg\\@x' });
  assert.deepEqual(
    [rig.read('out'), rig.read('sender'), rig.read('rp')],
    ["caf\xe9 '\n", 'j\xf6rg\\@x', 'Return-Path: <"j\xf6rg\\\\"@x>\n'],
  );
});

test('deliver: bytes as sent, up to forward addresses and file names that are not UTF-8', async t => {
  const rig = localRig(t);
  rig.write('.qmail-caf\xe9', '');
  rig.write('.qmail', '&j\xf6@x\n./b\xf6x\n');
  assert.equal((await rig.deliver()).kind, 'done');
  assert.deepEqual(rig.forwarded[0]?.envelope.recipients, ['j\xf6@x']);
});

test("forward: -owner files → the list's owner as sender, VERP pattern with -owner-default", async t => {
  const rig = localRig(t);
  rig.write('.qmail-list', 'a@b\n&c@d\n');
  rig.write('.qmail-list-owner', '#\n');
  await rig.deliver('joe-list');
  rig.write('.qmail-list-owner-default', '#\n');
  await rig.deliver('joe-list');
  assert.deepEqual(
    rig.forwarded.map(f => f.envelope),
    [
      { sender: 'joe-list-owner@here.example', recipients: ['a@b', 'c@d'] },
      { sender: 'joe-list-owner-@here.example-@[]', recipients: ['a@b', 'c@d'] },
    ],
  );
});

test('program: -owner file beside the .qmail file → $NEWSENDER is the owner, $SENDER stays', async t => {
  const rig = localRig(t);
  rig.write('.qmail-list', '|printf "%s %s" "$NEWSENDER" "$SENDER" > seen\n');
  rig.write('.qmail-list-owner', '#\n');
  await rig.deliver('joe-list');
  assert.equal(rig.read('seen'), 'joe-list-owner@here.example ines@shore.example');
});

const refusals: [code: number, kind: string, text: string][] = [
  [31, 'never', 'Unable to forward message: mail server permanently rejected message (#5.3.0).\n'],
  [51, 'later', 'Unable to forward message: qq out of memory (#4.3.0).\n'],
];
for (const [code, kind, text] of refusals) {
  test(`forward: local.md 15, queue refuses with ${code} → ${kind}, with its words`, async t => {
    const rig = localRig(t, { answer: refusal(code) });
    rig.write('.qmail', '&a@b\n');
    const outcome = await rig.deliver();
    assert.deepEqual([outcome.kind, outcome.text], [kind, text]);
  });
}

test("deliver: own Delivered-To in the header → bounces as a loop; in the body or another's → delivered", async t => {
  const rig = localRig(t);
  const line = 'Delivered-To: joe@here.example\n';
  assert.deepEqual(await rig.deliver('joe', { message: `A: b\n${line}\nx\n` }), {
    kind: 'never',
    status: '5.4.6',
    text: 'This message is looping: it already has my Delivered-To line. (#5.4.6)\n',
  });
  assert.equal((await rig.deliver('joe', { message: `A: b\n\n${line}` })).kind, 'done');
  assert.equal((await rig.deliver('Joe', { message: `${line}\n` })).kind, 'done');
});

const homes: [what: string, harm: (rig: LocalRig) => void, kind: string, text: string][] = [
  [
    'home writable by others',
    r => chmodSync(r.joe, 0o757),
    'later',
    'Uh-oh: home directory is writable. (#4.7.0)\nSee ~\n',
  ],
  ['home writable by its group', r => chmodSync(r.joe, 0o775), 'done', 'did 1+0+0\n'],
  [
    'home sticky (local.md 14)',
    r => chmodSync(r.joe, 0o1755),
    'later',
    'Home directory is sticky: user is editing his .qmail file. (#4.2.1)\nSee ~\n',
  ],
  [
    'home missing',
    r => rmSync(r.joe, { recursive: true }),
    'later',
    'Unable to switch to ~: no such file or directory. (#4.3.0)\n',
  ],
  ['.qmail mode 0664 (local.md 14)', r => qmail(r, 0o664), 'done', 'did 1+0+0\n'],
  [
    '.qmail mode 0646 (local.md 14)',
    r => qmail(r, 0o646),
    'later',
    'Uh-oh: .qmail file is writable. (#4.7.0)\nSee ~/.qmail\n',
  ],
  [
    '.qmail mode 0700',
    r => qmail(r, 0o700),
    'later',
    'Uh-oh: .qmail has file delivery but has x bit set. (#4.7.0)\nSee ~/.qmail:1\n',
  ],
  ['.qmail is a directory', r => mkdirSync(join(r.joe, '.qmail')), 'done', 'did 1+0+0\n'],
];
function qmail(rig: LocalRig, mode: number): void {
  rig.write('.qmail', './Mailbox\n');
  chmodSync(join(rig.joe, '.qmail'), mode);
}
for (const [what, harm, kind, text] of homes) {
  test(`deliver: ${what} → ${kind}`, async t => {
    const rig = localRig(t);
    harm(rig);
    const outcome = await rig.deliver();
    assert.deepEqual([outcome.kind, outcome.text], [kind, text.replaceAll('~', rig.joe)]);
  });
}

test('forward: a large message → every byte, though the queue keeps the pieces', async t => {
  const rig = localRig(t);
  rig.write('.qmail', '&a@b\n');
  const body = Array.from({ length: 30_000 }, (_, line) => `line ${line}\n`).join('');
  await rig.deliver('joe', { message: `A: b\n\n${body}` });
  assert.ok(rig.forwarded[0]?.text === `Delivered-To: joe@here.example\nA: b\n\n${body}`);
});

test('deliver: own Delivered-To far down in a long header → bounces as a loop', async t => {
  const rig = localRig(t);
  const message = `${'X: y\n'.repeat(50_000)}Delivered-To: joe@here.example\n\n`;
  assert.equal((await rig.deliver('joe', { message })).kind, 'never');
});

test('deliver: a message of 64 MB → streamed; memory does not grow with it', async t => {
  const rig = localRig(t);
  rig.write('.qmail', './Maildir/\n./Mailbox\n|wc -c > count\n');
  const message = Buffer.alloc(64 * 1024 * 1024, `${'x'.repeat(99)}\n`);
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }, 5);
  t.after(() => clearInterval(watch));
  assert.equal((await rig.deliver('joe', { message })).kind, 'done');
  assert.equal(rig.read('count').trim(), String(message.length));
  assert.ok(most < 4 * 1024 * 1024, `${most} bytes`);
});
