// Waypost, Dovecot (by IMAP) and mbsync work on one Maildir at the same time, with random moves and flags: nothing is lost,
// here or on the server that mbsync keeps the same. The same with IMAP on that server, for each message on one of both sides: one
// that moves on both is copied by mbsync. Ten minutes of each: WAYPOST_TOGETHER_SECONDS=600.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../../core/api/contract.ts';
import type { Flag } from '../../core/api/mail.ts';
import { decodeUtf7 } from '../../core/message/encodings/utf7.ts';
import { connectToHost } from '../../main/running/control-client.ts';
import { createRandom, type Random } from '../fuzz/random.ts';
import { giveToOwner, initHome, person, serve } from '../support/host-process.ts';
import { type ImapClient, imapServer, mbsyncBetween } from '../support/imap-programs.ts';
import { without } from '../support/programs.ts';
import { tempDir } from '../support/temp-dir.ts';

const skip = without('dovecot') || without('mbsync');
const seconds = Number(process.env.WAYPOST_TOGETHER_SECONDS ?? 10);
const messageCount = 60;
const folders = ['INBOX', 'Archive', 'lists.qmail', 'Entw&APw-rfe'];

const table = [
  { title: 'Waypost, Dovecot and mbsync on one Maildir', imap: 'near' },
  { title: 'Waypost and mbsync on one Maildir, Dovecot on the other', imap: 'far' },
] as const;

for (const { title, ...how } of table) {
  test(
    `${title} for ${seconds} s → every message is there, on the server too`,
    {
      skip,
      timeout: (seconds + 110) * 1000,
    },
    t => workTogether(t, how),
  );
}

async function workTogether(t: TestContext, { imap }: Pick<(typeof table)[number], 'imap'>): Promise<void> {
  const seed = Number(process.env.WAYPOST_TOGETHER_SEED ?? Date.now() % 1_000_000);
  const rig = await startRig(t, imap);
  const shared = imap === 'near';
  const endMs = Date.now() + seconds * 1000;
  const during = async (work: () => Promise<void>) => {
    while (Date.now() < endMs) await work();
  };
  const done = { flags: 0, moves: 0, imapFlags: 0, imapMoves: 0, refused: 0, syncs: 0, syncsEndedEarly: 0 };
  const here = createRandom(seed, 1);
  const there = createRandom(seed, 2);
  await Promise.all([
    during(async () => {
      await changeByWaypost(rig.api, here, done, shared);
      await sleep(pauseMs(here));
    }),
    during(async () => {
      await changeByImap(rig.imap, there, done, shared);
      await sleep(pauseMs(there));
    }),
    during(async () => {
      done.syncs++;
      if ((await rig.mbsync()).code !== 0) done.syncsEndedEarly++;
      await sleep(200);
    }),
  ]);
  await rig.imap.end();
  // The first may have to take up what was interrupted; then nothing is left to do.
  for (let round = 0; round < 3; round++) await rig.mbsync();
  const { code, text } = await rig.mbsync();
  assert.equal(code, 0, text);
  const near = messagesIn(rig.near);
  t.diagnostic(`seed ${seed}: ${JSON.stringify({ ...done, copies: near.length - messageCount })}`);
  assert.ok(done.flags > 0 && done.moves > 0 && done.imapFlags > 0 && done.imapMoves > 0 && done.syncs > 1);
  const all = Array.from({ length: messageCount }, (_, number) => textOf(number).body);
  assert.deepEqual(notIn(near, all), []);
  assert.deepEqual(notIn(messagesIn(rig.far), all), []);
  for (const folder of folders) {
    const { total, rows } = await rig.api.call('mail.list', { mailbox: folder, limit: 500 });
    const names = filesIn(pathOf(rig.near, folder)).map(path =>
      path.replace(/^.*\/(?:new|cur)\//, '').replace(/:.*$/, ''),
    );
    assert.deepEqual(
      [total, rows.map(row => row.id).sort()],
      [names.length, names.map(name => `${folder}/${name}`).sort()],
    );
  }
}

/** mbsync reads a folder again and again as long as something changes in it: it gets its turn where the others rest. */
function pauseMs(random: Random): number {
  return random.below(15) === 0 ? 1000 + random.below(2500) : random.below(80);
}

interface Done {
  flags: number;
  moves: number;
  imapFlags: number;
  imapMoves: number;
  refused: number;
}

async function changeByWaypost(api: Api, random: Random, done: Done, all: boolean): Promise<void> {
  const mailbox = random.pick(folders);
  const { rows } = await api.call('mail.list', { mailbox });
  const ids = rows.filter(row => (all || !isOfImap(Number(row.subject))) && random.below(6) === 0).map(row => row.id);
  if (ids.length === 0) return;
  if (random.below(2) === 0) {
    const flag: Flag = random.pick(['S', 'F', 'R']);
    await api.call('mail.flag', { ids, ...(random.below(2) === 0 ? { add: [flag] } : { remove: [flag] }) });
    done.flags++;
  } else {
    await api.call('mail.move', { ids, to: random.pick(folders) });
    done.moves++;
  }
}

async function changeByImap(imap: ImapClient, random: Random, done: Done, all: boolean): Promise<void> {
  const from = random.pick(folders);
  await imap.command(`SELECT "${from}"`);
  const found = (await imap.command(`UID SEARCH ${all ? 'ALL' : 'HEADER X-Side imap'}`)).find(line =>
    line.startsWith('* SEARCH '),
  );
  const uids = (found ?? '')
    .split(' ')
    .slice(2)
    .filter(() => random.below(12) === 0);
  if (uids.length === 0) return;
  try {
    if (random.below(2) === 0) {
      const flag = random.pick(['\\Seen', '\\Flagged', '\\Answered']);
      await imap.command(`UID STORE ${uids.join()} ${random.pick(['+', '-'])}FLAGS (${flag})`);
      done.imapFlags++;
    } else {
      await moveByImap(imap, from, uids, random.pick(folders), all);
      done.imapMoves++;
    }
  } catch {
    done.refused++; // Another program took one of them meanwhile.
  }
}

/**
 * Dovecot keeps the names of messages that it moves or copies within a Maildir, `,U=3` and all: mbsync loses some of them,
 * without Waypost too. There a message is moved as from another server: written again, and removed.
 */
async function moveByImap(imap: ImapClient, from: string, uids: string[], to: string, anew: boolean): Promise<void> {
  if (!anew) await imap.command(`UID MOVE ${uids.join()} "${to}"`);
  for (const uid of anew ? uids : []) {
    const url = `/${encodeURIComponent(decodeUtf7(from))}/;UID=${uid}`;
    await imap.command(`APPEND "${to}" CATENATE (URL "${url}")`);
    await imap.command(`UID STORE ${uid} +FLAGS (\\Deleted)`);
    await imap.command(`UID EXPUNGE ${uid}`);
  }
}

async function startRig(t: TestContext, imap: 'near' | 'far') {
  const directory = tempDir(t);
  const { home, maildir: near } = await initHome(directory, 'me.example', 'ann');
  const far = join(directory, 'far');
  mkdirSync(far);
  if (person.uid !== undefined && person.gid !== undefined) chownSync(far, person.uid, person.gid);
  for (const folder of folders) {
    for (const part of ['tmp', 'new', 'cur']) mkdirSync(join(pathOf(near, folder), part), { recursive: true });
  }
  for (let number = 0; number < messageCount; number++) {
    writeFileSync(join(near, 'new', `${1_700_000_000 + number}.M${number}P1.box`), textOf(number).whole);
  }
  giveToOwner(near);
  const server = imapServer(join(directory, 'dovecot-far'), far);
  const mbsync = mbsyncBetween(join(directory, 'mbsync'), near, server);
  assert.equal((await mbsync()).code, 0);
  await serve(t, home, []);
  const host = await connectToHost(home);
  t.after(() => host.close());
  const worked = imap === 'far' ? server : imapServer(join(directory, 'dovecot-near'), near);
  return { near, far, mbsync, imap: await worked.connect(t), api: host.api };
}

const isOfImap = (number: number): boolean => number % 2 === 1;

function textOf(number: number): { body: string; whole: string } {
  const digest = createHash('sha256').update(String(number)).digest('hex');
  const body = `${number} ${digest.repeat(1 + (number % 5) * 40)}`;
  const side = isOfImap(number) ? 'imap' : 'waypost';
  return {
    body,
    whole: `X-Side: ${side}\nFrom: a@b.example\nMessage-ID: <${number}@b.example>\nSubject: ${number}\n\n${body}\n`,
  };
}

const pathOf = (maildir: string, folder: string) => (folder === 'INBOX' ? maildir : join(maildir, `.${folder}`));

function filesIn(folder: string): string[] {
  return ['new', 'cur'].flatMap(part => readdirSync(join(folder, part)).map(name => join(folder, part, name)));
}

/** The bodies of all messages; those that are there twice come twice. */
function messagesIn(maildir: string): string[] {
  return folders
    .flatMap(folder => filesIn(pathOf(maildir, folder)))
    .map(path => readFileSync(path, 'latin1').replaceAll('\r\n', '\n').split('\n\n')[1]?.trimEnd() ?? '');
}

/** The first words of those that are missing. */
function notIn(found: readonly string[], wanted: readonly string[]): string[] {
  const set = new Set(found);
  return wanted.filter(body => !set.has(body)).map(body => body.slice(0, 12));
}
