// Program lines that call programs of ours: same effect as a process of its own, and none is started.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BuiltinProgram } from '../../../../core/paper-path/builtin-program.ts';
import { refusal } from '../../../../core/queue/qq-codes.ts';
import { until } from '../../../support/until.ts';
import type { LocalRig } from '../local-rig.ts';
import { rigWithPrograms } from '../programs/own-rig.ts';

const sent = 'Delivered-To: joe-x@here.example\nSubject: hi\n\nHello.\n';

const calls: [what: string, command: (rig: LocalRig) => string][] = [
  ['bare name', () => 'forward a@b "c d@e"'],
  ['path in bin/', rig => `${rig.home}/bin/forward a@b 'c d@e'`],
  ['after exec', () => 'exec forward a@b c\\ d@e'],
];
for (const [what, command] of calls) {
  test(`program line: forward by ${what} → queued here, without a process`, async t => {
    const rig = rigWithPrograms(t);
    rig.write('.qmail-x', `|${command(rig)}\n`);
    assert.deepEqual(await rig.deliver('joe-x'), { kind: 'done', text: 'forward: qp 4711\ndid 0+0+1\n' });
    const envelope = { sender: 'ines@shore.example', recipients: ['a@b', 'c d@e'] };
    assert.deepEqual(rig.forwarded, [{ text: sent, envelope, invoker: { uid: process.getuid?.() } }]);
  });
}

const shell: [what: string, command: string, text: string][] = [
  ['more than a simple command', 'forward a@b; true', 'a process: forward a@b\ndid 0+0+1\n'],
  ['an option of every command', 'forward --home /x a@b || true', 'a process: forward --home /x a@b\ndid 0+0+1\n'],
  ['a program of another directory', './forward a@b', "the user's own\ndid 0+0+1\n"],
];
for (const [what, command, text] of shell) {
  test(`program line: ${what} → the shell runs it`, async t => {
    const rig = rigWithPrograms(t);
    rig.write('forward', '#!/bin/sh\necho "the user\'s own"\n');
    chmodSync(join(rig.joe, 'forward'), 0o755);
    rig.write('.qmail', `|${command}\n`);
    assert.equal((await rig.deliver()).text, text);
    assert.deepEqual(rig.forwarded, []);
  });
}

test("program line: bin/ holds another's forward → that one runs", async t => {
  const rig = rigWithPrograms(t);
  rmSync(join(rig.home, 'bin/forward'));
  writeFileSync(join(rig.home, 'bin/forward'), '#!/bin/sh\necho "qmail\'s own"\n', { mode: 0o755 });
  rig.write('.qmail', '|forward a@b\n');
  assert.equal((await rig.deliver()).text, "qmail's own\ndid 0+0+1\n");
});

test('program line: a program of ours asks another one → one process, the one that is not ours', async t => {
  const rig = rigWithPrograms(t);
  rig.write('.qmail', `|bouncesaying "no hi (#5.7.1)" except ${rig.home}/bin/except sh -c "grep -q ^Subject:.hi"\n`);
  assert.deepEqual((await rig.deliver()).text, 'no hi (#5.7.1)\n');
  assert.equal((await rig.deliver('joe', { message: 'Subject: ho\n\n' })).text, 'did 0+0+1\n');
});

const refusals: [code: number, kind: string, text: string][] = [
  [31, 'never', 'forward: fatal: mail server permanently rejected message (#5.3.0)\n'],
  [51, 'later', 'forward: fatal: qq out of memory (#4.3.0)\n'],
];
for (const [code, kind, text] of refusals) {
  test(`program line: forward, the queue refuses with ${code} → ${kind}`, async t => {
    const rig = rigWithPrograms(t, { answer: refusal(code) });
    rig.write('.qmail', '|forward a@b\n&c@d\n');
    const outcome = await rig.deliver();
    assert.deepEqual([outcome.kind, outcome.text], [kind, text]);
  });
}

/** Sees everything that a program can see and do. */
const probe: BuiltinProgram = async call => {
  call.out(`${call.args.join(',')} ${call.cwd} ${call.env.EXT2} ${call.nowMs()}\n`);
  const read = async () => {
    let text = '';
    for await (const piece of call.input.pieces()) text += Buffer.from(piece).toString('latin1');
    return text;
  };
  const first = await read();
  call.err(`${first === (await read())}\n`);
  const ends = [
    await call.run({ argv: ['sh', '-c', 'head -c 7; umask; pwd; echo "$1$EXT2"; exit 7', 'sh', '\xe9\n'] }),
    await call.run({ argv: ['cat'], head: 'on top\n' }),
    await call.run({ argv: ['true'], head: 'not read\n' }),
    await call.run({ argv: ['sh', '-c', 'kill -9 $$'] }),
    await call.run({ argv: ['no-such-program'] }),
    await call.run({ argv: ['./not-to-be-run'] }),
  ];
  call.out(`${JSON.stringify(ends)}\n`);
  const queued = await call.queue([Buffer.from('Subject: new\n'), Buffer.from('\nmade\n')], {
    sender: '',
    recipients: ['x@y'],
  });
  call.out(`${queued.ok}\n`);
  return 99;
};

const seen = [
  'one,two JOE B.c 1795252616000',
  'true',
  'Subject0077',
  'JOE',
  '\xe9',
  'B.c',
  'on top',
  'Subject: hi',
  '',
  'Hello.',
  '[7,0,0,"crashed",{"why":"no such file or directory","temporary":false},{"why":"permission denied","temporary":false}]',
  'true',
  'did 0+0+1',
  '',
].join('\n');

test('program line: what a program sees, runs and queues → as in a process of its own', async t => {
  const rig = rigWithPrograms(t, { deps: { programs: { probe: async () => probe } } }, ['probe']);
  rig.write('not-to-be-run', '');
  rig.write('.qmail-a-default', '|probe one two\n|exit 100\n');
  assert.equal((await rig.deliver('joe-a-B.c')).text, seen.replaceAll('JOE', rig.joe));
  const envelope = { sender: '', recipients: ['x@y'] };
  assert.deepEqual(rig.forwarded, [{ text: 'Subject: new\n\nmade\n', envelope, invoker: { uid: process.getuid?.() } }]);
});

test('program line: a program of ours that throws → deferred as a crash', async t => {
  const broken: BuiltinProgram = async () => {
    throw new Error('a bug');
  };
  const rig = rigWithPrograms(t, { deps: { programs: { broken: async () => broken } } }, ['broken']);
  rig.write('.qmail', '|broken\n');
  const { kind, text } = await rig.deliver();
  assert.deepEqual([kind, text], ['later', `Aack, child crashed. (#4.3.0)\nbroken: a bug\nSee ${rig.joe}/.qmail:1\n`]);
});

test('program line: the streams by their names in /dev → can be opened again', async t => {
  const rig = rigWithPrograms(t);
  rig.write(
    '.qmail',
    '|echo out > /dev/stdout; echo err > /dev/stderr; head -n 1 /dev/stdin\n|preline -rd head -n 2 /dev/stdin\n',
  );
  const from = 'From ines@shore.example Sat Nov 21 09:16:56 2026\nSubject: hi\n';
  assert.equal((await rig.deliver()).text, `out\nerr\nSubject: hi\n${from}did 0+0+2\n`);
});

test('program line: an inner program that hangs or floods → other deliveries continue', async t => {
  const rig = rigWithPrograms(t);
  rig.write('.qmail-hang', '|bouncesaying no sh -c "mkfifo gate; read x < gate; false"\n');
  rig.write('.qmail-flood', '|except sh -c "head -c 50000000 /dev/zero; false"\n');
  rig.write('.qmail-go', '|forward a@b\n./Maildir/\n');
  const hanging = rig.deliver('joe-hang');
  await until('the program waits', () => existsSync(join(rig.joe, 'gate')));
  assert.equal((await rig.deliver('joe-go')).text, 'forward: qp 4711\ndid 1+0+1\n');
  const { kind, text } = await rig.deliver('joe-flood');
  assert.deepEqual([kind, text.length], ['done', 0]);
  writeFileSync(join(rig.joe, 'gate'), '\n');
  assert.deepEqual(await hanging, { kind: 'done', text: 'did 0+0+1\n' });
});
