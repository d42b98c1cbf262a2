// A Maildir that others change during a session, two sessions at once, and one with very many messages.
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { systemClock } from '../../../core/lib/clock.ts';
import { type Maildrop, openMaildrop } from '../../../core/pop3/maildrop.ts';
import { makeMaildir } from '../../support/pop3-rig.ts';
import { steppedClock } from '../../support/stepped-clock.ts';
import { tempDir } from '../../support/temp-dir.ts';

const filesIn = (maildir: string) =>
  ['new', 'cur'].flatMap(folder => readdirSync(join(maildir, folder)).map(name => `${folder}/${name}`)).sort();

function mark(drop: Maildrop, ...numbers: number[]): void {
  for (const number of numbers) (drop.messages[number - 1] as { deleted: boolean }).deleted = true;
}

async function textOf(drop: Maildrop, number: number): Promise<string> {
  const file = await drop.open(drop.messages[number - 1] as Maildrop['messages'][number]);
  try {
    return await file.readFile('latin1');
  } finally {
    await file.close();
  }
}

test('maildrop: two sessions delete overlapping messages → both succeed, the union is gone, and nothing else', async t => {
  const maildir = makeMaildir(join(tempDir(t), 'Maildir'));
  const [one, two] = [await openMaildrop(maildir, systemClock), await openMaildrop(maildir, systemClock)];
  mark(one, 1, 2);
  mark(two, 2);
  assert.deepEqual(await one.update(), { deleted: 2, complete: true });
  assert.deepEqual(await two.update(), { deleted: 0, complete: true });
  assert.deepEqual(filesIn(maildir), ['cur/300.c.host:2,']);
});

test('maildrop: another session moved new/ to cur/ → this one still finds all messages', async t => {
  const maildir = makeMaildir(join(tempDir(t), 'Maildir'));
  const [one, two] = [await openMaildrop(maildir, systemClock), await openMaildrop(maildir, systemClock)];
  await one.update();
  assert.equal(await textOf(two, 2), 'Subject: two\n\nb\nc');
  mark(two, 3);
  assert.deepEqual(await two.update(), { deleted: 1, complete: true });
  assert.deepEqual(filesIn(maildir), ['cur/100.a.host:2,S', 'cur/200.b.host:2,']);
});

test('maildrop: a message is moved again and again → it is found every time', async t => {
  const maildir = makeMaildir(join(tempDir(t), 'Maildir'));
  const clock = steppedClock(Date.now());
  const drop = await openMaildrop(maildir, clock);
  let name = 'cur/100.a.host:2,S';
  for (const next of ['cur/100.a.host:2,RS', 'cur/100.a.host:2,FRS', 'new/100.a.host', 'cur/100.a.host:2,']) {
    renameSync(join(maildir, name), join(maildir, next));
    name = next;
    assert.equal(await textOf(drop, 1), 'Subject: one\n\nfirst\n.dot\n..\n', next);
  }
  mark(drop, 1);
  assert.deepEqual(await drop.update(), { deleted: 1, complete: true });
});

test('maildrop: a message reappears after it was missed → found within a second', async t => {
  const maildir = makeMaildir(join(tempDir(t), 'Maildir'));
  const clock = steppedClock(Date.now());
  const drop = await openMaildrop(maildir, clock);
  renameSync(join(maildir, 'new/200.b.host'), join(maildir, 'tmp/200.b.host'));
  await assert.rejects(textOf(drop, 2), { code: 'ENOENT' });
  renameSync(join(maildir, 'tmp/200.b.host'), join(maildir, 'cur/200.b.host:2,S'));
  clock.pass(1000);
  assert.equal(await textOf(drop, 2), 'Subject: two\n\nb\nc');
});

test('maildrop: cur/ already has a message of the same name → neither replaces the other', async t => {
  const maildir = makeMaildir(join(tempDir(t), 'Maildir'));
  writeFileSync(join(maildir, 'cur/200.b.host:2,'), 'another');
  const drop = await openMaildrop(maildir, systemClock);
  await drop.update();
  assert.deepEqual(filesIn(maildir), [
    'cur/100.a.host:2,S',
    'cur/200.b.host:2,',
    'cur/300.c.host:2,',
    'new/200.b.host',
  ]);
});

test('maildrop: the Maildir vanishes during the session → everything counts as removed', async t => {
  const maildir = makeMaildir(join(tempDir(t), 'Maildir'));
  const drop = await openMaildrop(maildir, systemClock);
  rmSync(maildir, { recursive: true });
  mark(drop, 1, 2);
  await assert.rejects(textOf(drop, 1), { code: 'ENOENT' });
  assert.deepEqual(await drop.update(), { deleted: 0, complete: true });
});

test('maildrop: 50,000 messages → listed, and removed, without blocking others', async t => {
  // In memory where that is possible: the test is about the program, not about the disk of this machine.
  const maildir = existsSync('/dev/shm') ? mkdtempSync('/dev/shm/waypost-test-') : tempDir(t);
  t.after(() => rmSync(maildir, { recursive: true, force: true }));
  for (const folder of ['new', 'cur', 'tmp']) mkdirSync(join(maildir, folder));
  const count = 50_000;
  for (let at = 0; at < count; at++) {
    const path = join(maildir, at % 2 ? `new/${at}.x.host` : `cur/${at}.x.host:2,S`);
    writeFileSync(path, 'x');
    utimesSync(path, 1000 + at, 1000 + at);
  }
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let turns = 0;
  let counting = true;
  const countTurn = (): void => {
    turns++;
    if (counting) setImmediate(countTurn);
  };
  setImmediate(countTurn);
  const startMs = performance.now();
  const drop = await openMaildrop(maildir, systemClock);
  const openMs = performance.now() - startMs;
  assert.equal(drop.messages.length, count);
  assert.equal(drop.messages[count - 1]?.uid, `${count - 1}.x.host`);
  mark(drop, ...Array.from({ length: count }, (_, at) => at + 1));
  assert.deepEqual(await drop.update(), { deleted: count, complete: true });
  const updateMs = performance.now() - startMs - openMs;
  delay.disable();
  counting = false;
  const figures = `open ${openMs.toFixed()} ms, update ${updateMs.toFixed()} ms, longest pause ${(delay.max / 1e6).toFixed()} ms`;
  t.diagnostic(figures);
  assert.ok(turns > 20, `others had only ${turns} turns; ${figures}`);
});
