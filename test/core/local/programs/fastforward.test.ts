// fastforward, called as by the host (aliases.md 2 to 7).
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { encodeCdb } from '../../../../core/lib/disk/cdb-writer.ts';
import { readForwardingTable } from '../../../../core/local/forwarding/forwarding-table.ts';
import { encodeList, readListLines } from '../../../../core/local/forwarding/mailing-list-file.ts';
import { fastforward } from '../../../../core/local/programs/fastforward.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { tableT } from '../forwarding/table.ts';
import { localRig } from '../local-rig.ts';
import { callProgram } from './call-rig.ts';

const more = `own@x: y@z, sub@x; sub@x: ?o@x, q@r;
loop@x: loop@x, LOOP@x, w@x;
twice@x: a@b, a@b, A@b, ./inner.bin, ./inner.bin;
o1@x: ?own@x, b@x; b@x: c@d;
@o2: ?own2@x; p@o2: z@z;
hard@x: |exit\\ 64, a@b; soft@x: |exit\\ 1; crash@x: |kill\\ -9\\ $$; ninety-nine@x: a@b, |exit\\ 99;
run@x: |echo\\ one;cat, a@b, !cat, nest@x; nest@x: |echo\\ two;
nofile@x: ./none.bin; torn@x: ./torn.bin; nobody@x: ./empty.bin;
long@x: ${'l'.repeat(700)}@x; nul@x: ./long.bin;
`;
const head = {
  UFLINE: 'From s@o.x Sat Nov 21 09:16:56 2026\n',
  RPLINE: 'Return-Path: <s@o.x>\n',
  DTLINE: 'Delivered-To: x@y\n',
};
const message = 'Subject: hi\n\nHello.\n';

function makeFiles(t: TestContext): string {
  const directory = tempDir(t);
  const write = (name: string, raw: Uint8Array) => {
    writeFileSync(join(directory, name), raw);
    chmodSync(join(directory, name), 0o644);
  };
  write('t.cdb', encodeCdb(readForwardingTable(tableT + more.replace(';cat', '\\;cat'))));
  write('sos.bin', encodeList(readListLines('./inner.bin\nq@list.x\n&r@list.x\n')));
  write('inner.bin', encodeList(readListLines('inner@list.x\n')));
  write('empty.bin', encodeList([]));
  write('torn.bin', Buffer.from('&a@b\0&c'));
  write('long.bin', Buffer.from(`&${'l'.repeat(900)}\0&${'l'.repeat(899)}\0`));
  return directory;
}

interface Case {
  readonly args?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly code?: number;
  readonly says?: string;
  /** The envelope of what is queued, NULs as |. */
  readonly envelope?: string;
}

const none = 'Sorry, no mailbox here by that name. (#5.1.1)\n';
const queued = 'fastforward: qp 4711\n';
const fatal = 'fastforward: fatal: ';

const cases: readonly (readonly [what: string, recipient: string, expected: Case])[] = [
  [
    '2, an address',
    'root@yp.to',
    { args: '-n t.cdb', says: 'from <s@o.x>\nto <god@heaven.af.mil>\nto <staff@af.mil>\n' },
  ],
  [
    '2, with -p',
    'root@yp.to',
    { args: '-n -p t.cdb', code: 99, says: 'from <s@o.x>\nto <god@heaven.af.mil>\nto <staff@af.mil>\n' },
  ],
  [
    '3, targets in targets, each address once',
    'everybody@yp.to',
    { says: queued, envelope: 'Fs@o.x|Tbob@yp.to|Tjoe@yp.to|Tfred@yp.to||' },
  ],
  ['3, any case', 'EVERYBODY@yp.to', { says: queued, envelope: 'Fs@o.x|Tbob@yp.to|Tjoe@yp.to|Tfred@yp.to||' }],
  [
    '4, lists and an owner',
    'sos@h.x',
    { says: queued, envelope: 'Fowner-sos@h.x|Tinner@list.x|Tq@list.x|Tr@list.x|Ta@b.c||' },
  ],
  [
    '4, an empty sender stays',
    'sos@h.x',
    { env: { SENDER: '' }, says: queued, envelope: 'F|Tinner@list.x|Tq@list.x|Tr@list.x|Ta@b.c||' },
  ],
  [
    '4, a double bounce stays one',
    'sos@h.x',
    {
      args: '-n t.cdb',
      env: { SENDER: '#@[]' },
      says: 'from <#@[]>\nto <inner@list.x>\nto <q@list.x>\nto <r@list.x>\nto <a@b.c>\n',
    },
  ],
  [
    '5, user@ at any host, programs',
    'dew@anything.q',
    { args: '-n t.cdb', says: 'run |dew-monitor -x\nrun !cat\nno forwarding\n' },
  ],
  ['5, @host', 'who@wild.x', { says: queued, envelope: 'Fs@o.x|Tcatch@all.x||' }],
  ['5, @host before user@', 'programmers@wild.x', { says: queued, envelope: 'Fs@o.x|Tcatch@all.x||' }],
  ['5, the last @ counts', 'a@b@wild.x', { says: queued, envelope: 'Fs@o.x|Tcatch@all.x||' }],
  ['6, an unknown address', 'nosuch@yp.to', { code: 100, says: none }],
  ['6, one without instructions', 'empty@yp.to', { code: 100, says: none }],
  ['6, unknown with -p', 'nosuch@yp.to', { args: '-p t.cdb' }],
  ['6, no @', 'nosuch', { code: 100, says: none }],
  ['7, a real run', 'root@yp.to', { says: queued, envelope: 'Fs@o.x|Tgod@heaven.af.mil|Tstaff@af.mil||' }],
  [
    '7, with -p',
    'root@yp.to',
    { args: '-p t.cdb', code: 99, says: queued, envelope: 'Fs@o.x|Tgod@heaven.af.mil|Tstaff@af.mil||' },
  ],
  ['a target with an owner of its own is a recipient', 'own@x', { says: queued, envelope: 'Fs@o.x|Ty@z|Tsub@x||' }],
  ['owners of targets that are followed do not count', 'o1@x', { says: queued, envelope: 'Fown@x|Tc@d||' }],
  ['an owner for a whole host', 'p@o2', { says: queued, envelope: 'Fown2@x|Tz@z||' }],
  ['a loop', 'loop@x', { says: queued, envelope: 'Fs@o.x|Tw@x||' }],
  ['the same twice', 'twice@x', { says: queued, envelope: 'Fs@o.x|Ta@b|TA@b|Tinner@list.x||' }],
  [
    'programs, with and without lines on top',
    'run@x',
    {
      says: `one\n${message}${head.UFLINE}${head.RPLINE}${head.DTLINE}${message}two\n${queued}`,
      envelope: 'Fs@o.x|Ta@b||',
    },
  ],
  ['a program that fails for good', 'hard@x', { code: 100 }],
  ['a program that fails', 'soft@x', { code: 111 }],
  ['a program that exits with 99', 'ninety-nine@x', { code: 111 }],
  ['a program that crashes', 'crash@x', { code: 111, says: `${fatal}child crashed in |kill -9 $$\n` }],
  ['a list of nobody', 'nobody@x', {}],
  [
    'a list that is not there',
    'nofile@x',
    { code: 111, says: `${fatal}unable to read ./none.bin: no such file or directory\n` },
  ],
  ['a torn list', 'torn@x', { code: 111, says: `${fatal}unable to read ./torn.bin: bad mailing list format\n` }],
  ['recipients of 900 bytes', 'nul@x', { says: queued, envelope: `Fs@o.x|T${'l'.repeat(899)}||` }],
  [
    '-d: $DEFAULT at $HOST',
    'x',
    {
      args: '-dn t.cdb',
      env: { DEFAULT: 'root', EXT: 'x-root', HOST: 'yp.to' },
      says: 'from <s@o.x>\nto <god@heaven.af.mil>\nto <staff@af.mil>\n',
    },
  ],
  [
    '-d: $EXT at $HOST',
    'x',
    {
      args: '-d t.cdb',
      env: { EXT: 'root', HOST: 'yp.to' },
      says: queued,
      envelope: 'Fs@o.x|Tgod@heaven.af.mil|Tstaff@af.mil||',
    },
  ],
  ['-dD: $RECIPIENT', 'b@x', { args: '-dD t.cdb', says: queued, envelope: 'Fs@o.x|Tc@d||' }],
  ['-d without $EXT', 'x', { args: '-d t.cdb', code: 100, says: `${fatal}$DEFAULT or $EXT must be set\n` }],
  ['-d without $HOST', 'x', { args: '-d t.cdb', env: { EXT: 'a' }, code: 100, says: `${fatal}$HOST must be set\n` }],
  ['no database', 'x@y', { args: '-n', code: 100, says: 'fastforward: usage: fastforward [ -nNpPdD ] data.cdb\n' }],
  [
    'an unknown option',
    'x@y',
    { args: '-x t.cdb', code: 100, says: 'fastforward: usage: fastforward [ -nNpPdD ] data.cdb\n' },
  ],
  [
    'a database that is not there',
    'x@y',
    { args: 'no.cdb', code: 111, says: `${fatal}unable to read no.cdb: no such file or directory\n` },
  ],
];

for (const [what, recipient, { args = 't.cdb', env = {}, code = 0, says = '', envelope }] of cases) {
  test(`fastforward: ${/^\d/.test(what) ? 'aliases.md ' : ''}${what} → ${code}`, async t => {
    const variables = { SENDER: 's@o.x', RECIPIENT: recipient, ...head, ...env };
    const called = await callProgram(t, fastforward, args.split(' '), variables, message, makeFiles(t));
    const expected = envelope === undefined ? [] : [[envelope.replaceAll('|', '\0'), head.DTLINE + message]];
    assert.deepEqual(called, { code, says, queued: expected });
  });
}

test('fastforward: no $RECIPIENT → 100; no $SENDER → a placeholder', async t => {
  const directory = makeFiles(t);
  const { code, says } = await callProgram(t, fastforward, ['t.cdb'], {}, message, directory);
  assert.deepEqual([code, says], [100, `${fatal}$RECIPIENT must be set\n`]);
  const called = await callProgram(t, fastforward, ['-n', 't.cdb'], { RECIPIENT: 'b@x' }, message, directory);
  assert.equal(called.says, 'from <original envelope sender>\nto <c@d>\n');
});

test('fastforward: a list of more addresses than a call can have arguments → all of them', async t => {
  const directory = makeFiles(t);
  writeFileSync(join(directory, 'inner.bin'), Array.from({ length: 150_000 }, (_, i) => `&r${i}@x\0`).join(''));
  const env = { RECIPIENT: 'sos@h.x', SENDER: 's@o.x', ...head };
  const { code, queued: sent } = await callProgram(t, fastforward, ['t.cdb'], env, message, directory);
  assert.deepEqual([code, sent[0]?.[0].split('\0T').length], [0, 150_004]);
});

test('fastforward: a list that other users may not read → 111 (aliases.md 7)', async t => {
  const directory = makeFiles(t);
  chmodSync(join(directory, 'sos.bin'), 0o600);
  const env = { RECIPIENT: 'sos@h.x', SENDER: 's@o.x', ...head };
  const { code, says, queued: none } = await callProgram(t, fastforward, ['t.cdb'], env, message, directory);
  assert.deepEqual([code, says, none], [111, `${fatal}./sos.bin is not world-readable\n`, []]);
});

test('fastforward: a .qmail line that calls it → forwarded inside the host, the next line skipped', async t => {
  const rig = localRig(t);
  mkdirSync(join(rig.home, 'bin'));
  symlinkSync('waypost', join(rig.home, 'bin/fastforward'));
  const database = join(rig.joe, 'x.cdb');
  writeFileSync(database, encodeCdb(readForwardingTable('sales@here.example: ann@far.x, bob@far.x;')));
  rig.write('.qmail-default', `| fastforward -dp ${database}\n./Maildir/\n`);
  assert.deepEqual(await rig.deliver('joe-sales'), { kind: 'done', text: `${queued}did 0+0+1\n` });
  assert.deepEqual(
    rig.forwarded.map(({ text, envelope }) => [text, envelope]),
    [
      [
        'Delivered-To: joe-sales@here.example\nSubject: hi\n\nHello.\n',
        { sender: 'ines@shore.example', recipients: ['ann@far.x', 'bob@far.x'] },
      ],
    ],
  );
  assert.equal((await rig.deliver('joe-other')).text, 'did 1+0+1\n');
});

test('fastforward: mutated databases → an exit code of its own, nothing else', async t => {
  const directory = makeFiles(t);
  const whole = readFileSync(join(directory, 't.cdb'));
  const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(changes, fc.nat(whole.length), async (mutations, length) => {
      const raw = Buffer.from(whole.subarray(0, length));
      for (const [at, byte] of mutations) if (at < raw.length) raw[at] = byte;
      writeFileSync(join(directory, 'x.cdb'), raw);
      const env = { RECIPIENT: 'everybody@yp.to', SENDER: 's', ...head };
      const { code } = await callProgram(t, fastforward, ['-n', 'x.cdb'], env, message, directory);
      assert.ok([0, 100, 111].includes(code), String(code));
    }),
    { numRuns: 50 },
  );
});
