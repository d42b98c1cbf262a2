// Damaged files for each reader of the host (100,000 by npm run fuzz): an answer or a refusal with a reason, at once.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { classify } from '../../core/control/classify.ts';
import { readControl } from '../../core/control/control.ts';
import { CdbDamaged, cdbInMemory } from '../../core/lib/disk/cdb.ts';
import { encodeCdb } from '../../core/lib/disk/cdb-writer.ts';
import { UserError } from '../../core/lib/user-error.ts';
import { parseDotQmail } from '../../core/local/rules/dot-qmail.ts';
import { describeLine } from '../../core/local/rules/rule-descriptions.ts';
import { AssignFormatError, parseAssign } from '../../core/local/users/assign-file.ts';
import { parseAssignment } from '../../core/local/users/assignment.ts';
import { lookupUser, userTable } from '../../core/local/users/lookup.ts';
import { parseTodo } from '../../core/queue/files/envelope-file.ts';
import { decodeRecords, encodeRecord, type JournalRecord } from '../../core/queue/journal/record.ts';
import { tempDir } from '../support/temp-dir.ts';
import { mutate } from './mutate.ts';
import { createRandom } from './random.ts';
import { fuzzSettings } from './settings.ts';

const { seed, sessions } = fuzzSettings(200);
const runs = 10 * sessions;
/** Of the processor: far more than any reader needs for files of this size. */
const slowestMs = 2_000;

/** Reads many variants of the files; `read` throws only what the reader is allowed to throw. */
function fuzz(title: string, files: readonly Uint8Array[], read: (raw: Buffer) => void | Promise<void>) {
  test(`${title}: ${runs} damaged files → an answer or a refusal`, async t => {
    t.diagnostic(`seed ${seed}`);
    for (let run = 0; run < runs; run++) {
      const random = createRandom(seed, run);
      const raw = mutate(random.pick(files), random);
      const start = process.cpuUsage();
      try {
        await read(raw);
      } catch (error) {
        throw new Error(`run ${run} of seed ${seed}: ${JSON.stringify(raw.toString('latin1'))}`, { cause: error });
      }
      const used = process.cpuUsage(start);
      assert.ok((used.user + used.system) / 1000 < slowestMs, `run ${run} of seed ${seed} took too long`);
    }
  });
}

/** True when `act` gave an answer; false when it refused in the allowed way. */
function answers(act: () => void, refusal: new (...args: never[]) => Error): boolean {
  try {
    act();
    return true;
  } catch (error) {
    assert.ok(error instanceof refusal, error as Error);
    return false;
  }
}

const bytes = (text: string) => Buffer.from(text, 'latin1');

fuzz(
  '.qmail',
  ['./Maildir/\n|cat > x\n&a@b.c\n+list\n# note\nplain@d.e\n', '/var/mail/x\n\n&\n|\n#./Maildir/\n'].map(bytes),
  raw => {
    const text = raw.toString('latin1');
    const instructions = parseDotQmail(text);
    const lines = text.split('\n').length - (text === '' || text.endsWith('\n') ? 1 : 0);
    assert.deepEqual(
      instructions.map(({ line }) => line),
      Array.from({ length: lines }, (_, index) => index + 1),
    );
    for (const instruction of instructions) assert.notEqual(describeLine(instruction), '');
  },
);

fuzz(
  'users/assign',
  [
    '=joe:joe:1000:1000:/home/joe:::\n+joe-:joe:1000:1000:/home/joe:-::\n+:alias:7790:2108:/var/qmail/alias:-::\n.\n',
  ].map(bytes),
  raw => {
    const text = raw.toString('latin1');
    answers(() => {
      const found = lookupUser(userTable(parseAssign(text)), 'joe-List');
      const assignment = found && parseAssignment(found.fields);
      if (assignment) assert.ok(Number.isSafeInteger(assignment.uid));
    }, AssignFormatError);
  },
);

fuzz('todo/N', ['u0\0p17887\0Fjoe@a\0Tfred@a\0Tx@y.z\0', 'u1\0p2\0F\0'].map(bytes), async raw => {
  const todo = await parseTodo(raw);
  if (!todo) return;
  const written = raw.toString('latin1').split('\0').slice(0, -1);
  assert.equal(todo.recipients.length, written.filter(record => record.startsWith('T')).length);
});

const cdbFile = encodeCdb(
  ['!joe\0', '!joe-', '', 'a', 'b'].map(key => ({ key: bytes(key), data: bytes(`${key}:data`.repeat(9)) })),
);
fuzz('cdb', [cdbFile, encodeCdb([])], raw => {
  const cdb = cdbInMemory(raw);
  answers(() => [...cdb.all(bytes('!joe-'))], CdbDamaged);
  answers(() => [...cdb.records()], CdbDamaged);
});

const journal: JournalRecord[] = [
  { type: 'booted', bootId: 'b', place: '1:2' },
  { type: 'recovering' },
  { type: 'filed', messages: [{ id: 17, bornSec: 9 }] },
  { type: 'written', directory: '/home/grüße/Maildir' },
  {
    type: 'accepted',
    id: 17,
    qp: 2,
    bornSec: 9,
    sizeBytes: 3,
    sender: 's@x',
    recipients: { local: ['a@b'], remote: ['c@d', 'e@f'] },
    raw: bytes('x\ny'),
    readSec: 8,
  },
  { type: 'failed', id: 17, bornSec: 9, offset: 0, paragraph: '<c@d>:\nno\n\n', fields: { status: '5.1.1' } },
  { type: 'marked', id: 17, bornSec: 9, channel: 'remote', offset: 0, sure: true },
  { type: 'renumbered', numbers: [{ from: 17, qp: 2, to: 18 }] },
  { type: 'finished', id: 18, bornSec: 9 },
];
const segment = Buffer.concat([...journal.map(encodeRecord), Buffer.alloc(100)]);
fuzz('journal', [segment], raw => {
  const untouched = firstDifference(raw, segment);
  const whole = journal.filter((_, index) => encodedEnd(index) <= untouched);
  const read: JournalRecord[] = [];
  const decoded = decodeRecords(raw);
  for (let next = decoded.next(); !next.done; next = decoded.next()) read.push(next.value);
  assert.deepEqual(
    read.slice(0, whole.length).map(record => encodeRecord(record)),
    whole.map(record => encodeRecord(record)),
    'what stands before the damage is read as it was written',
  );
});

/** Each variant of a control file is read in its place, and used to classify a recipient. */
const controlFiles = {
  me: 'here.example\n',
  locals: 'here.example\n# c\n.sub.example\n',
  virtualdomains: 'v.example:joe\n.w.example:fred\nx@y.z:ann-x\nnot.w.example:\n:all\n',
  smtproutes: 'a.example:relay:26\n.b.example:\n:[1.2.3.4]\n',
  percenthack: 'h.example\n',
  queuelifetime: '604800\n',
  concurrencylocal: '10\n',
  databytes: '4294967295\n',
  rcpthosts: 'here.example\n.sub.example\n',
  defaultdelivery: './Maildir/\n|x\n',
};
const recipients = ['a%b@h.example', 'x@y.z', 'q@deep.w.example', 'nohost', '', '@', 'a@b@c', '%@h.example', 'a@.'];

test(`control: ${runs} damaged files → a configuration or a refusal, and every recipient has its channel`, t => {
  t.diagnostic(`seed ${seed}`);
  const home = tempDir(t);
  mkdirSync(join(home, 'control'));
  const names = Object.keys(controlFiles) as (keyof typeof controlFiles)[];
  for (const name of names) writeFileSync(join(home, 'control', name), controlFiles[name]);
  for (let run = 0; run < runs; run++) {
    const random = createRandom(seed, run);
    const name = random.pick(names);
    const raw = mutate(bytes(controlFiles[name]), random);
    writeFileSync(join(home, 'control', name), raw);
    answers(() => {
      const control = readControl(home);
      for (const number of [control.concurrencyLocal, control.queueLifetimeSec, control.dataBytes]) {
        assert.ok(number >= 0 && Number.isFinite(number), `${name}: ${JSON.stringify(raw.toString('latin1'))}`);
      }
      for (const recipient of recipients) assert.match(classify(recipient, control).channel, /^(local|remote)$/);
    }, UserError);
    writeFileSync(join(home, 'control', name), controlFiles[name]);
  }
});

function firstDifference(raw: Buffer, other: Buffer): number {
  let at = 0;
  while (at < raw.length && raw[at] === other[at]) at++;
  return at;
}

function encodedEnd(index: number): number {
  return journal.slice(0, index + 1).reduce((sum, record) => sum + encodeRecord(record).length, 0);
}
