// A file system that is really full, at one moment or another: senders are told to try again, the host keeps running, nothing
// is damaged, and with free space again all that was accepted arrives.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveToOwner } from '../support/host-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { afterErrors, errorSummary, newErrorCount } from './checker.ts';
import { openWorld, type World } from './crash-home.ts';
import { isFull, seed } from './sample.ts';
import { drain, Over, openStage } from './scenario-run.ts';
import { messageText, sendByQmailQueue, sendBySendmail } from './senders.ts';

const hurry = 200;
const sizeKb = 4096;
/** How much is left when the mail comes. */
const leftKb = isFull ? [0, 1, 4, 8, 16, 32, 64, 100, 150, 200, 260, 300, 350, 400, 500, 600, 700, 800] : [0, 64, 300];

const cannotMount = whyNoMount();

for (const what of ['the whole home', 'the mailboxes']) {
  test(`disk full: ${what} → senders try again, nothing is damaged, all that was accepted arrives`, {
    skip: cannotMount,
  }, async t => {
    const mounted = mountSmall(t);
    const world = await openWorld(t, what === 'the whole home' ? mounted : tempDir(t));
    if (what === 'the mailboxes') moveMailHome(world, mounted);
    let host = await world.serve({ hurry });
    const count = newErrorCount();
    for (const left of leftKb) {
      await drain(world, host);
      world.sweep();
      const logBefore = host.log().length;
      const stage = openStage(world, host, `with ${left} KB`, 'errors');
      world.setBusy(true);
      const empty = fill(mounted, left);
      try {
        await sendEverything(world, stage, what === 'the whole home' && left === 0);
      } finally {
        empty();
      }
      try {
        await drain(world, host);
        afterErrors(stage, world.arrived(), host.log().slice(logBefore), count);
      } catch (error) {
        t.diagnostic(`with ${left} KB left\n${host.log().slice(logBefore)}`);
        throw error;
      }
      count.points++;
    }
    assert.equal(await host.stop(), 0);
    host = await world.serve();
    assert.equal(await host.stop(), 0);
    t.diagnostic(`${errorSummary(`disk full, ${what}`, count)}; seed ${seed}`);
  });
}

async function sendEverything(world: World, stage: ReturnType<typeof openStage>, nothingGoes: boolean): Promise<void> {
  const sender = 'alice-sender@here.example';
  const here = ['alice-second', 'alice-mbox', 'alice-fail'].map(name => `${name}@here.example`);
  const mails: [string, string[], number][] = [
    ['small', ['alice@here.example', 'away@far.example'], 100],
    ['large', ['alice@here.example'], 100_000],
    ['many', here, 100],
    ['forward to several', ['alice-several@here.example'], 100],
    ['waits', ['alice-later@here.example', 'slow@busy.example'], 30_000],
  ];
  for (const [what, recipients, bytes] of mails) {
    await stage.smtp(what, { sender, recipients }, bytes).catch(error => {
      if (!(error instanceof Over)) throw error;
    });
  }
  const envelope = { sender, recipients: ['alice@here.example'] };
  if (nothingGoes) {
    assert.deepEqual(stage.promised, [], 'nothing can be taken');
    assert.ok([53, 63].includes(Number(await sendByQmailQueue(world.home, envelope, messageText('program', 50_000)))));
    assert.ok([75, 111].includes(await sendBySendmail(world.home, envelope, messageText('sendmail', 50_000))));
  }
  stage.host.child.kill('SIGALRM');
  await sleep(300);
}

/** @returns what makes room again */
function fill(directory: string, leftKb: number): () => void {
  const path = join(directory, 'ballast');
  const fd = openSync(path, 'w');
  try {
    for (const block = Buffer.alloc(4096); ; ) writeSync(fd, block);
  } catch {
    // Full.
  }
  ftruncateSync(fd, Math.max(0, fstatSync(fd).size - leftKb * 1024));
  closeSync(fd);
  return () => rmSync(path);
}

function moveMailHome({ mailHome }: World, mounted: string): void {
  const there = join(mounted, 'mail');
  giveToOwner(mailHome);
  const moved = spawnSync('cp', ['-a', mailHome, there]);
  assert.equal(moved.status, 0);
  renameSync(mailHome, `${mailHome}.before`);
  symlinkSync(there, mailHome);
}

function mountSmall(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'waypost-full-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeKb}k`, 'tmpfs', directory]);
  assert.equal(mounted.status, 0);
  t.after(() => {
    spawnSync('umount', ['-l', directory]);
    rmdirSync(directory);
  });
  return directory;
}

/** Tried once, since root in a container may not be allowed to either. */
function whyNoMount(): string | false {
  if (process.platform !== 'linux') return 'needs Linux';
  const directory = mkdtempSync(join(tmpdir(), 'waypost-full-'));
  try {
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory]).status !== 0) {
      return 'this process may not mount a file system';
    }
    spawnSync('umount', [directory]);
    return false;
  } finally {
    rmdirSync(directory);
  }
}
