// A message that hangs, kills or fills its parser process costs nothing but itself: real processes, and one that misbehaves.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createParsers } from '../../../../core/host/parser-process/parsers.ts';
import { processCommand } from '../../../../core/host/processes/process-commands.ts';
import { ParseFailure } from '../../../../core/lib/process/parse-failure.ts';
import { type StartProcess, startDirectly } from '../../../../core/lib/process/start-process.ts';
import type { FileStart } from '../../../../core/mailbox/reading/take-apart.ts';
import { takeApartHere } from '../../../../core/mailbox/reading/take-apart.ts';

const nastyEntry = join(import.meta.dirname, '..', '..', '..', 'support', 'nasty-parser.ts');

/** As the real one is started, with its limits. */
const nasty: StartProcess = startDirectly(role => {
  const { args, ...command } = processCommand(role);
  return { ...command, args: [...args.slice(0, -1), nastyEntry] };
});

const short = { summariesMs: 2000, summaryMs: 1000, wholeMs: 3000 };
const long = { summariesMs: 30_000, summaryMs: 30_000, wholeMs: 30_000 };

function parsers(t: TestContext, start: StartProcess, deadlines = long) {
  let started = 0;
  const running = createParsers({
    start: role => {
      started++;
      return start(role);
    },
    deadlines,
  });
  t.after(() => running.close());
  return { ...running, started: () => started };
}

function message(text: string): Buffer {
  return Buffer.from(`From: Ines <ines@shore.example>\nSubject: ${text}\nMessage-ID: <1@shore.example>\n\n${text}\n`);
}

function beginning(text: string): FileStart {
  const raw = message(text);
  return { raw, sizeBytes: raw.length, timeMs: 1000 };
}

/** Why it was not taken apart. */
async function complaint(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof ParseFailure, String(error));
    return `${error.because}: ${error.message}`;
  }
  return 'done';
}

test('parsers: real ones → what the functions say, from a process that stays', async t => {
  const { takeApart, draftParser, started } = parsers(t, startDirectly(processCommand));
  const raw = message('Tide');
  const starts = ['one', 'two'].map(beginning);
  assert.deepEqual(await takeApart.summaries(starts), await takeApartHere.summaries(starts));
  assert.deepEqual(await takeApart.content(raw, raw.length), await takeApartHere.content(raw, raw.length));
  const noNames = { assigned: [], accounts: [] };
  const own = {
    user: 'tomas',
    address: 'tomas@shore.example',
    identities: [],
    virtualDomains: [],
    locals: ['shore.example'],
    ...noNames,
  };
  const reply = await draftParser.begin({ kind: 'reply', id: 'INBOX/1', own, signature: '', answers: 'above' }, raw);
  assert.deepEqual([reply.to, reply.subject], ['Ines <ines@shore.example>', 'Re: Tide']);
  const forward = await draftParser.begin(
    { kind: 'forward', id: 'INBOX/1', own, signature: '', answers: 'above' },
    raw,
  );
  assert.equal(forward.subject, 'Fwd: Tide');
  assert.equal((await draftParser.open('Drafts/1', own, raw)).subject, 'Tide');
  assert.equal((await draftParser.mailto('mailto:a@b.example', ''))?.to, 'a@b.example');
  assert.equal(await draftParser.mailto('http://b.example', ''), undefined);
  assert.deepEqual(await draftParser.thread('answering', raw), {
    inReplyTo: '<1@shore.example>',
    references: ['<1@shore.example>'],
  });
  const withFile = Buffer.from(
    'Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: application/pdf; name=a.pdf\n\n\xff\n--b--\n',
    'latin1',
  );
  const file = await takeApart.attachment(withFile, withFile.length, 0);
  assert.deepEqual(
    [file?.name, file?.type, Buffer.from(file?.bytes ?? []).toString('latin1')],
    ['a.pdf', 'application/pdf', '\xff'],
  );
  assert.equal(await takeApart.attachment(withFile, withFile.length, 5), undefined);
  assert.equal(started(), 2);
});

const misdeeds: readonly [word: string, why: RegExp][] = [
  ['loop-for-ever', /^message: it took longer than [13] seconds$/],
  ['hog-buffers', /^message: it needed too much memory$/],
  ['hog-heap', /^message: it needed too much memory$/],
  ['die-at-once', /^message: the program that parses messages gave up: it ended with exit code 3$/],
  ['talk-nonsense', /^message: the program that parses messages gave up/],
  ['answer-nonsense', /^message: the program that parses messages gave an answer that is not valid$/],
  ['write-a-file', /^message: Access to this API has been restricted/],
  ['read-a-file', /^message: Access to this API has been restricted/],
  ['run-a-program', /^message: Access to this API has been restricted/],
];

for (const [word, why] of misdeeds) {
  test(`parsers: a message over which one would ${word} → that message costs, the others do not`, async t => {
    const { takeApart } = parsers(t, nasty, word === 'loop-for-ever' ? short : long);
    const [before, guilty, after] = await Promise.all([
      takeApart.summaries([beginning('before')]),
      complaint(takeApart.summaries([beginning(word)])),
      takeApart.summaries([beginning('after')]),
    ]);
    assert.deepEqual([before[0]?.subject, after[0]?.subject], ['before', 'after']);
    assert.match(guilty, why);
    assert.match(await complaint(takeApart.content(message(word), 100)), why);
    assert.equal((await takeApart.content(message('fine'), 100)).subject, 'fine');
  });
}

test('parsers: one is killed in the middle of its work → the message is said to be guilty, the next one is fine', async t => {
  const started = Promise.withResolvers<() => void>();
  const { takeApart } = parsers(t, async role => {
    const process = await nasty(role);
    started.resolve(process.kill);
    return process;
  });
  const kill = await takeApart.content(message('fine'), 100).then(() => started.promise);
  const guilty = complaint(takeApart.content(message('loop-for-ever'), 100));
  setTimeout(kill, 300);
  assert.equal(await guilty, 'message: the program that parses messages gave up: it was killed by SIGKILL');
  assert.equal((await takeApart.content(message('fine'), 100)).subject, 'fine');
});

test('parsers: none can be started → nothing is said against the message', async t => {
  const { takeApart } = parsers(
    t,
    startDirectly(role => ({ ...processCommand(role), file: '/nonexistent/node' })),
  );
  assert.match(await complaint(takeApart.content(message('fine'), 100)), /^away: .*cannot be started: no such file/);
  const dying = parsers(
    t,
    startDirectly(role => ({ ...processCommand(role), file: process.execPath, args: ['--eval', 'process.exit(4)'] })),
  );
  assert.match(await complaint(dying.takeApart.content(message('fine'), 100)), /^away: .*exit code 4/);
});

test('parsers: a message of 65 MB → is not even sent', async t => {
  const { draftParser, started } = parsers(t, nasty);
  const large = Buffer.alloc(65 * 1024 * 1024);
  assert.equal(await complaint(draftParser.thread('own', large)), 'message: it has 65 MB');
  assert.equal(started(), 0);
});
