// A directory of the home or of a mailbox is missing, replaced by a file, or closed to the host: the host keeps running, its
// log says what is wrong and where, senders try again, and everything continues when it is fixed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pullTrigger } from '../../core/queue/files/trigger.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { afterErrors, errorSummary, newErrorCount } from './checker.ts';
import { openWorld, type World } from './crash-home.ts';
import { isFull, seed } from './sample.ts';
import { drain, openStage } from './scenario-run.ts';

/** Timers of a second and more are so much shorter. */
const hurry = 200;
const brokenMs = 300;
/** How long the host may take to say that it met a place which it needs: as long as it takes on a busy machine. */
const patienceMs = 20_000;

type Way = 'has gone' | 'is a file' | 'is closed';
const ways: readonly Way[] = ['has gone', 'is a file', 'is closed'];

/** Below the home, or below the user's home; `silent`: nothing in it is needed now, so nothing need be said.
 * As qmail's, the queue's log names files from the queue's directory on. */
const places: readonly {
  readonly at: 'home' | 'mailHome';
  readonly name: string;
  readonly named?: string;
  readonly silent?: boolean;
}[] = [
  { at: 'home', name: 'queue/mess' },
  { at: 'home', name: 'queue/info' },
  { at: 'home', name: 'queue/local' },
  { at: 'home', name: 'queue/remote' },
  { at: 'home', name: 'queue/bounce' },
  { at: 'home', name: 'queue/todo' },
  { at: 'home', name: 'queue/intd', silent: true },
  { at: 'home', name: 'queue/pid' },
  { at: 'home', name: 'queue/journal' },
  { at: 'home', name: 'queue/lock', silent: true },
  { at: 'home', name: 'queue/held', silent: true },
  { at: 'home', name: 'queue' },
  { at: 'home', name: 'users', silent: true },
  { at: 'home', name: 'control', silent: true },
  { at: 'home', name: 'log/send', silent: true },
  // A deferral names the rule that names the Maildir.
  { at: 'mailHome', name: 'Maildir', named: 'control/defaultdelivery' },
  { at: 'mailHome', name: 'Maildir/new', named: 'Maildir' },
  { at: 'mailHome', name: 'Maildir/tmp', named: 'Maildir' },
  { at: 'mailHome', name: '.', named: '-alice' },
];

/** A user that modes keep out, unlike root. */
const nobody = { uid: 65_534, gid: 65_534 };

for (const way of ways) {
  const skip = way === 'is closed' ? withoutNobody() : false;
  test(`directories: one is ${way} → the host keeps running and says so, and continues when it is fixed`, {
    skip,
  }, async t => {
    const world = await openWorld(t, tempDir(t));
    if (way === 'is closed') giveAway(dirname(world.home));
    const host = await world.serve({ hurry }, way === 'is closed' ? nobody : undefined);
    const count = newErrorCount();
    for (const [at, place] of places.entries()) {
      if (!isFull && at % 6 !== seed % 6) continue;
      if (place.name === '.' && way === 'is a file') continue; // The peers' flags lie in it.
      await breakAndMend(t, world, host, place, way, count);
    }
    assert.equal(await host.stop(), 0);
    t.diagnostic(`${errorSummary(`a directory ${way}`, count)}; seed ${seed}`);
  });
}

async function breakAndMend(
  t: TestContext,
  world: World,
  host: Awaited<ReturnType<World['serve']>>,
  { at, name, silent, named = name.replace(/^queue\//, '') }: (typeof places)[number],
  way: Way,
  count: ReturnType<typeof newErrorCount>,
): Promise<void> {
  const path = join(world[at], name);
  await drain(world, host);
  world.sweep();
  const logBefore = host.log().length;
  const stage = openStage(world, host, `without ${at}/${name}`);
  const sender = 'alice-sender@here.example';
  world.setBusy(true);
  await stage.smtp('before', {
    sender,
    recipients: ['alice-later@here.example', 'slow@busy.example', 'alice-fail@here.example'],
  });
  await stage.logged(/: deferral: /, 2);
  const mend = breakPlace(path, way);
  try {
    const recipients = ['alice@here.example', 'away@far.example'];
    await stage.smtp('small', { sender, recipients });
    await stage.smtp('large', { sender, recipients }, 100_000);
    await stage.smtp('waits', { sender, recipients: ['alice-later@here.example', 'alice-fail@here.example'] });
    host.child.kill('SIGALRM');
    pullTrigger(join(world.home, 'queue', 'lock', 'trigger'));
    if (silent) await sleep(brokenMs);
    else await until(`a word of ${named}`, () => host.log().slice(logBefore).includes(named), patienceMs);
  } finally {
    mend();
  }
  try {
    if (!silent) assert.ok(host.log().slice(logBefore).includes(named), `the log says nothing of ${named}`);
    await drain(world, host);
    afterErrors(stage, world.arrived(), host.log().slice(logBefore), count);
  } catch (error) {
    t.diagnostic(`${path} ${way}\n${host.log().slice(logBefore)}`);
    throw error;
  }
  count.points++;
}

/** @returns a function that repairs it */
function breakPlace(path: string, way: Way): () => void {
  if (way === 'is closed') {
    const { mode } = statSync(path);
    chmodSync(path, 0);
    return () => chmodSync(path, mode);
  }
  const away = `${path.replace(/\/\.?$/, '')}.away`;
  renameSync(path, away);
  if (way === 'is a file') writeFileSync(path, '');
  return () => {
    rmSync(path, { recursive: true, force: true });
    renameSync(away, path);
  };
}

function giveAway(directory: string): void {
  chownSync(directory, nobody.uid, nobody.gid);
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) chownSync(join(entry.parentPath, entry.name), nobody.uid, nobody.gid);
  }
}

/** Why the host cannot run as a user that modes keep out. */
function withoutNobody(): string | false {
  if (process.getuid?.() !== 0) return 'only root can start a host as somebody else';
  const { status } = spawnSync(process.execPath, ['--check', join(import.meta.dirname, 'world.ts')], nobody);
  return status === 0 ? false : 'nobody cannot read this directory';
}
