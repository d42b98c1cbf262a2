// What a delivery says before it starts, and programs that run too long: in the host, and as another user.
import assert from 'node:assert/strict';
import { chmodSync, chownSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../core/lib/clock.ts';
import { createLocalDeliver } from '../../../core/local/deliver.ts';
import type { Intent, Lane } from '../../../core/paper-path/shapes.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';
import { testClock } from './local-rig.ts';
import { rigWithPrograms } from './programs/own-rig.ts';

const me = process.getuid?.() ?? 0;
const uid = 54321;
const ways = me === 0 ? (['this process', 'a user'] as const) : (['this process'] as const);
/** Time passes ten times as fast for those who wait. */
const clock = { ...testClock, after: (ms: number, run: () => void) => systemClock.after(ms / 10, run) };

function rig(t: TestContext, way: (typeof ways)[number], qmail: string, control = {}) {
  const home = tempDir(t);
  chmodSync(home, 0o755);
  writeFileSync(join(home, '.qmail'), qmail);
  const owner = way === 'a user' ? uid : me;
  chownSync(home, owner, owner);
  const assign = `=joe:joe:${owner}:${owner}:${home}:::\n.\n`;
  const { deps, home: waypost } = rigWithPrograms(t, {
    assign,
    control,
    deps: { clock },
    ...(way === 'a user' && { root: {} }),
  });
  const deliver = createLocalDeliver(deps);
  const path = join(waypost, 'message');
  writeFileSync(path, 'Subject: x\n\n');
  const job = { id: 1, path, sender: 's@h', recipient: 'joe@here.example' };
  return {
    home,
    owner,
    deliver: (begin?: (intent: Intent) => boolean, enter = (_: readonly Lane[]) => true) =>
      deliver(begin ? { ...job, begin, enter } : job),
  };
}

/** A user's process has a clock of its own. */
const seconds = (way: (typeof ways)[number]) => (way === 'a user' ? 1 : 10);

function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

for (const way of ways) {
  test(`delivery by ${way}: it may start → it says what it shares with others; it may not → nothing is done`, async t => {
    const { home, owner, deliver } = rig(t, way, '|echo ran >> ran\n./mbox\n|echo again >> ran\n&a@b\n');
    const intents: Intent[] = [];
    const { kind } = await deliver(intent => intents.push(intent) > 100);
    assert.equal(kind, 'later');
    assert.deepEqual(readdirSync(home), ['.qmail']);
    assert.equal((await deliver(intent => intents.push(intent) > 0)).kind, 'done');
    assert.deepEqual(readdirSync(home).sort(), ['.qmail', 'mbox', 'ran']);
    // A host that root started does not know where a user is at home.
    const where = way === 'a user' ? '' : home;
    const lanes = [
      { key: `run ${owner} ${where} echo ran >> ran`, share: 'half' },
      { key: `run ${owner} ${where} echo again >> ran`, share: 'half' },
    ];
    const said = { lanes, programs: ['echo ran >> ran', 'echo again >> ran'] };
    assert.deepEqual(intents, [said, said]);
  });

  test(`delivery by ${way}: no room for more of its user → a process of the user is ended before it reads the rules`, async t => {
    const { home, deliver } = rig(t, way, './mbox\n');
    const entered: (readonly Lane[])[] = [];
    const { kind } = await deliver(
      () => true,
      lanes => entered.push(lanes) > 100,
    );
    // A person's host has one user only.
    assert.equal(kind, way === 'a user' ? 'later' : 'done');
    assert.deepEqual(entered, way === 'a user' ? [[{ key: `as ${uid}`, share: 'most' }]] : []);
    assert.deepEqual(readdirSync(home).sort(), way === 'a user' ? ['.qmail'] : ['.qmail', 'mbox']);
  });

  test(`delivery by ${way}: a program runs longer than control/programtimeout → ended with all it started, later`, async t => {
    const lines = '|echo $$ > pids; sleep 600 & echo $! >> pids; sleep 600\n|echo never > after\n';
    const { home, deliver } = rig(t, way, lines, { programtimeout: `${seconds(way)}` });
    const { kind, text } = await deliver();
    assert.equal(kind, 'later');
    const words = `The program ran longer than the ${seconds(way)} s of control/programtimeout, and was ended. (#4.3.0)`;
    assert.equal(text, `${words}\nSee ${home}/.qmail:1\n`);
    const pids = readFileSync(join(home, 'pids'), 'latin1').trim().split('\n').map(Number);
    assert.equal(pids.length, 2);
    await until('nobody is left', () => !pids.some(isRunning));
    assert.deepEqual(readdirSync(home).sort(), ['.qmail', 'pids']);
  });

  test(`delivery by ${way}: a program that will not end, and one that a program of ours runs → the same`, async t => {
    const stubborn = rig(t, way, '|trap "" TERM; while :; do sleep 1; done\n', { programtimeout: `${seconds(way)}` });
    assert.match((await stubborn.deliver()).text, /ran longer than the 10? s of/);
    const inner = rig(t, way, '|preline sleep 600\n', { programtimeout: `${seconds(way)}` });
    const { kind, text } = await inner.deliver();
    assert.equal(kind, 'later');
    assert.match(text, /ran longer than the 10? s of/);
  });

  test(`delivery by ${way}: programs that end in time → nothing changes`, async t => {
    const { deliver } = rig(t, way, '|sleep 0.3; echo ok\n|exit 99\n', { programtimeout: '600' });
    assert.deepEqual(await deliver(), { kind: 'done', text: 'ok\ndid 0+0+2\n' });
  });
}
