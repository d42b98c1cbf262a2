// Without syncfs (macOS): waiting messages are made durable file by file before the journal forgets them.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, normalize } from 'node:path';
import { test } from 'node:test';
import { createDirectorySync } from '../../core/lib/disk/directory-sync.ts';
import { done, later } from '../../core/paper-path/outcome.ts';
import { makeQueueDirs, queueLayout } from '../../core/queue/files/layout.ts';
import { syncMessages } from '../../core/queue/files/sync-messages.ts';
import { copyJournal, crashQueue } from '../support/crash-queue.ts';
import { noFault } from '../support/faulty-host.ts';
import { tempDir } from '../support/temp-dir.ts';
import { openWorld } from './crash-home.ts';
import { drain, openStage } from './scenario-run.ts';

test('no syncfs: a host of macOS, messages wait → each file is synced after its last change, before its segment goes', async t => {
  const world = await openWorld(t, tempDir(t));
  const host = await world.serve({ hurry: 50, platform: 'darwin' });
  const stage = openStage(world, host, 'on macOS');
  world.setBusy(true);
  await host.arm(noFault);
  const sender = 'alice-sender@here.example';
  await stage.smtp('waits', {
    sender,
    recipients: ['alice-later@here.example', 'slow@busy.example', 'alice-fail@here.example'],
  });
  await stage.smtp('large', { sender, recipients: ['alice-stuck@here.example', 'alice@here.example'] }, 100_000);
  await stage.logged(/: deferral: /, 3);
  await stage.checkpoint();
  const first = await host.arm(noFault);
  world.setBusy('partly');
  host.child.kill('SIGALRM');
  await stage.logged(/: success: /, 3);
  await stage.checkpoint();
  const calls = [...first, ...(await host.arm(noFault))];
  assert.deepEqual(
    calls.filter(call => call.startsWith('syncfs')),
    [],
  );
  assert.deepEqual(notSyncedInTime(calls, `${world.home}/queue`), []);
  await drain(world, host);
  assert.equal(await host.stop(), 0);
});

/** Changes of the queue's files that were not synced when the segment of the journal that records them was removed. */
function notSyncedInTime(calls: readonly string[], queue: string): string[] {
  let unsynced = new Map<string, string>();
  /** Changes that the new segment records, while the old one is being removed. */
  let ofNext: Map<string, string> | undefined;
  const late: string[] = [];
  let removals = 0;
  /** Messages that the checkpoint moves into files, which makes info/N for each. */
  let moved: ReadonlySet<string> = new Set();
  const all = calls.map(callOf);
  for (const [at, { call, path, text }] of all.entries()) {
    if (!path.startsWith(queue) || /\/(pid|lock)\//.test(path)) continue;
    if (dirname(path) === `${queue}/journal`) {
      if (call === 'create') {
        ofNext = new Map();
        moved = movedFrom(all.slice(at + 1), queue);
      }
      if (call !== 'unlink') continue;
      late.push(...unsynced.values());
      unsynced = ofNext ?? new Map();
      ofNext = undefined;
      removals++;
      continue;
    }
    if (call === 'utimes') continue; // Lost, it only makes the next attempt come too soon.
    const changes = ofNext && isNews(call, path, moved, unsynced) ? ofNext : unsynced;
    if (call === 'fsync') for (const map of [unsynced, ofNext]) map?.delete(path);
    else if (call === 'unlink') {
      changes.delete(path);
      changes.set(dirname(path), text);
    } else {
      changes.set(path, text);
      if (call !== 'write') changes.set(dirname(path), text);
    }
  }
  assert.ok(removals > 0, 'a segment was removed');
  return late;
}

interface Call {
  readonly call: string;
  readonly path: string;
  readonly text: string;
}

function callOf(text: string): Call {
  const blank = text.indexOf(' ');
  return { call: text.slice(0, blank), path: normalize(text.slice(blank + 1)), text };
}

/** The numbers of the messages that get info/N until the next segment is removed. */
function movedFrom(calls: readonly Call[], queue: string): ReadonlySet<string> {
  const end = calls.findIndex(({ call, path }) => call === 'unlink' && dirname(path) === `${queue}/journal`);
  const during = end < 0 ? calls : calls.slice(0, end);
  const infos = during.filter(({ call, path }) => call === 'create' && path.startsWith(`${queue}/info/`));
  return new Set(infos.map(({ path }) => basename(path)));
}

/**
 * True for a change that the new segment records, not the checkpoint's: it makes the files of the messages that it moves, and takes
 * names in todo away. Of others are: a mark in a file, a paragraph for the bounce, a file in which every recipient is marked, and all
 * that is made for another message, such as its mess/N when it arrives or is tried.
 */
function isNews(
  call: string,
  path: string,
  moved: ReadonlySet<string>,
  unsynced: ReadonlyMap<string, string>,
): boolean {
  if (/\/queue\/(bounce|failures)\//.test(path)) return true;
  if (call === 'unlink') return !/\/queue\/(todo|intd)\//.test(path);
  if (!moved.has(basename(path))) return true;
  return call === 'write' && !unsynced.has(path);
}

test('no syncfs: what is made between two segments → owed by the checkpoint that moves the message, else by the next one', () => {
  const during = (...calls: string[]) =>
    notSyncedInTime(['create /q/queue/journal/2', ...calls, 'unlink /q/queue/journal/1'], '/q/queue');
  const make = (path: string) => [`create /q/queue/${path}`, `write /q/queue/${path}`];
  const sync = (...paths: string[]) => paths.map(path => `fsync /q/queue/${path}`);
  // Message 8 is moved, and 9 is tried or arrives meanwhile.
  const moved = [...make('info/8/8'), ...make('local/8/8')];
  const synced = sync('info/8/8', 'local/8/8', 'info/8', 'local/8');
  assert.deepEqual(during(...moved, ...make('mess/9/9'), ...synced), []);
  assert.deepEqual(during(...moved, ...synced, ...make('mess/9/9')), []);
  assert.deepEqual(during(...make('mess/8/8'), ...moved, ...synced), [
    'write /q/queue/mess/8/8',
    'create /q/queue/mess/8/8',
  ]);
  assert.deepEqual(during(...moved, ...sync('info/8/8', 'info/8', 'local/8')), ['write /q/queue/local/8/8']);
});

test('no syncfs: files of messages that are gone, or have only some of them → no error', async t => {
  const layout = queueLayout(tempDir(t));
  makeQueueDirs(layout);
  writeFileSync(layout.info(17), 'F\0');
  await assert.doesNotReject(syncMessages(layout, createDirectorySync(), [17, 4711]));
});

test('no syncfs: a file cannot be synced → the checkpoint fails and the journal is kept', async t => {
  const first = await crashQueue(t, tempDir(t), { outcome: () => later('not yet\n'), syncFileSystem: 'missing' });
  const id = await first.send({ sender: 's@far.example', recipients: ['al@here.example'] }, 'kept');
  await first.idle();
  mkdirSync(first.layout.bounce(id)); // A directory cannot be opened for writing.
  first.clock.pass(5000);
  while (!first.lines.some(line => line.startsWith('alert: unable to make a checkpoint'))) await turn();
  const again = await crashQueue(t, copyJournal(t, first.home), { bootId: 'second', syncFileSystem: 'missing' });
  await again.idle();
  assert.deepEqual(again.sorted(), ['local al@here.example kept']);
});

test('no syncfs: each mailbox file is synced by its delivery → after a power failure nothing is delivered again', async t => {
  const first = await crashQueue(t, tempDir(t), { syncFileSystem: 'missing' });
  for (let n = 0; n < 10; n++) await first.send({ sender: 's@far.example', recipients: ['al@here.example'] }, `n${n}`);
  await first.idle();
  await turn();
  const again = await crashQueue(t, copyJournal(t, first.home), {
    bootId: 'second',
    syncFileSystem: 'missing',
    outcome: () => done('again\n'),
  });
  await again.idle();
  assert.deepEqual(again.sorted(), []);
});

function turn(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 20));
}
