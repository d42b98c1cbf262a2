// Programs of ours in the .qmail lines of another user, when root runs the host: they and what they run are that user's.
import assert from 'node:assert/strict';
import { chmodSync, chownSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLocalDeliver } from '../../../../core/local/deliver.ts';
import { refusal } from '../../../../core/queue/qq-codes.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { type LocalRig, parentOf } from '../local-rig.ts';
import { rigWithPrograms } from './own-rig.ts';

const asRoot = { skip: process.getuid?.() !== 0 };
const asking = 'Notice-Requested-Upon-Delivery-To: r@h\n\nHello.\n';

/** Deliveries for a user who is in no passwd file, and may not even look into the Waypost home. */
function rigForStranger(t: TestContext, qmail: string): LocalRig {
  const rig = rigWithPrograms(t, { assign: '=joe:joe:54321:54322:/ELSEWHERE:::\n.\n', root: {} });
  const elsewhere = tempDir(t);
  chmodSync(elsewhere, 0o755);
  writeFileSync(join(elsewhere, '.qmail'), qmail);
  chownSync(elsewhere, 54321, 54322);
  const assign = join(rig.home, 'users/assign');
  writeFileSync(assign, readFileSync(assign, 'utf8').replace('/ELSEWHERE', elsewhere));
  chmodSync(rig.home, 0o700);
  return rig;
}

/** A program that is not ours, instead of the one that delivers. */
function entryThat(t: TestContext, script: string): string {
  const directory = tempDir(t);
  chmodSync(directory, 0o755);
  const entry = join(directory, 'entry.mjs');
  const imports = "import { spawn } from 'node:child_process';\nimport { writeSync } from 'node:fs';\n";
  writeFileSync(entry, `${imports}const write = text => writeSync(3, text);\n${script};\n`);
  return entry;
}

test(
  'as root for a user: programs of ours and what they run → all as that user, without other groups',
  asRoot,
  async t => {
    const rig = rigForStranger(
      t,
      `|id -u; id -g; id -G
|preline -frd sh -c "id -u; id -G; head -n 1; cat /etc/shadow 2>/dev/null || echo closed"
|except false
|forward a@b
|condredirect "c d@e" sh -c "cat >/dev/null"
&never@h
`,
    );
    const { kind, text } = await rig.deliver('joe', { message: asking });
    const ids = '54321\n54322\n54322\n54321\n54322\n';
    const says = `${ids}Notice-Requested-Upon-Delivery-To: r@h\nclosed\nforward: qp 4711\ncondredirect: qp 4711\n`;
    assert.deepEqual([kind, text], ['done', `${says}did 0+0+5\n`]);
    const copy = `Delivered-To: joe@here.example\n${asking}`;
    assert.deepEqual(
      rig.forwarded.map(one => [one.envelope.recipients, one.text, one.invoker]),
      [
        [['a@b'], copy, { uid: 54321 }],
        [['c d@e'], copy, { uid: 54321 }],
      ],
    );
  },
);

test('as root for a user: a message that a program makes → through the host', asRoot, async t => {
  const rig = rigForStranger(t, '|qreceipt r@h\n');
  const id = `Message-ID: <${'x'.repeat(200_000)}@y>\n`;
  assert.equal((await rig.deliver('joe', { message: id + asking })).text, 'did 0+0+1\n');
  const [sent] = rig.forwarded;
  const envelope = { sender: '', recipients: ['ines@shore.example'] };
  assert.deepEqual([sent?.envelope, sent?.invoker], [envelope, { uid: 54321 }]);
  assert.ok(sent?.text.startsWith('From: DELIVERY NOTICE SYSTEM <ines@shore.example>\n'));
  assert.ok(sent?.text.endsWith(`Your ${id}`));
});

test('as root for a user: the queue refuses what a program makes → as the program says it', asRoot, async t => {
  const rig = rigForStranger(t, '|qreceipt r@h\n');
  const deliver = createLocalDeliver({ ...rig.deps, accept: async () => refusal(53) });
  const path = join(rig.home, 'message');
  writeFileSync(path, asking);
  const { kind, text } = await deliver({ id: 1, path, sender: 's@h', recipient: 'joe@here.example' });
  const says = 'qreceipt: fatal: temporary qmail-queue error: qq write error or disk full (#4.3.0)\n';
  assert.deepEqual([kind, text], ['later', says]);
});

test('as root for a user: what the process leaves behind holds its stream → its result counts', asRoot, async t => {
  const rig = rigForStranger(t, './Maildir/\n');
  const says = ['ready', 'exit'].map(kind => ({ kind, code: 0, report: 'did it\n', deferred: false, swept: [] }));
  const lines = JSON.stringify(says.map(words => `${JSON.stringify(words)}\n`).join(''));
  const keeps = "spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', 3] })";
  const entry = entryThat(t, `write(${lines}); const kept = ${keeps}; kept.once('spawn', () => process.exit(0))`);
  const { deliver: asUser } = parentOf(t, rig.home, { asUserPath: entry });
  const deliver = createLocalDeliver({ ...rig.deps, asUser });
  const path = join(rig.home, 'message');
  writeFileSync(path, asking);
  const { kind, text } = await deliver({ id: 1, path, sender: 's@h', recipient: 'joe@here.example' });
  assert.deepEqual([kind, text], ['done', 'did it\n']);
});

for (const [what, script] of [
  ['no JSON', "write('garbage\\n')"],
  ['a line without end', "for (const line = 'x'.repeat(65_536); ; ) write(line)"],
  ['words that have no place here', `write('{"kind":"end"}\\n')`],
] as const) {
  test(
    `as root for a user: whoever holds the process says ${what} → it is ended, the message waits`,
    asRoot,
    async t => {
      const rig = rigForStranger(t, './Maildir/\n');
      const entry = entryThat(t, `setTimeout(() => {}, 5000); ${script}`);
      const { deliver: asUser } = parentOf(t, rig.home, { asUserPath: entry });
      const deliver = createLocalDeliver({ ...rig.deps, asUser });
      const path = join(rig.home, 'message');
      writeFileSync(path, asking);
      const { kind, text } = await deliver({ id: 1, path, sender: 's@h', recipient: 'joe@here.example' });
      assert.deepEqual([kind, text.split('\n', 1)], ['later', ['Unable to run qmail-local.']]);
    },
  );
}
