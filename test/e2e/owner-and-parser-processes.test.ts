// The reader and parser processes of a real host, seen from outside: the effects of a message, or of the end of one of them.
import assert from 'node:assert/strict';
import { readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { call } from '../support/control-call.ts';
import { processesOf } from '../support/host-children.ts';
import { initHome, type RunningHost, serve, type TestHome, waypost } from '../support/host-process.ts';
import { sendLoad } from '../support/smtp-load.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const linuxOnly = { skip: process.platform !== 'linux' && 'looks for processes in /proc' };

interface Running extends TestHome {
  readonly host: RunningHost;
  readonly port: number;
  /** Puts a message into the Maildir, as a delivery would. */
  put(name: string, raw: string | Buffer): void;
}

async function start(t: TestContext): Promise<Running> {
  const made = await initHome(tempDir(t), 'here.example', 'alice');
  const host = await serve(t, made.home, ['--smtp', '127.0.0.1:0']);
  return {
    ...made,
    host,
    port: host.ready.smtp?.port as number,
    put: (name, raw) => writeFileSync(join(made.maildir, 'new', name), raw),
  };
}

interface Row {
  readonly id: string;
  readonly subject: string;
  readonly preview: string;
}

const inbox = async (at: TestHome) =>
  (await call<{ rows: Row[] }>(at, 'mail.list', { mailbox: 'INBOX' })).rows.map(row => row.subject).sort();

const readers = (at: Running) => processesOf(at.host, /owner\.[jt]s\0/);

test(
  'reader: it is killed → mail goes on, the state says so, calls are refused in words, and it comes back',
  linuxOnly,
  async t => {
    const at = await start(t);
    at.put('1.first', 'Subject: first\n\nx\n');
    await until('the first message', async () => (await inbox(at)).includes('first'));
    const [pid = 0] = readers(at);
    const waiting = call(at, 'mail.list', { mailbox: 'INBOX', query: 'first' }).catch(String);
    process.kill(pid, 'SIGKILL');
    await sendLoad({
      port: at.port,
      clients: 1,
      messages: 1,
      sender: 'a@there.example',
      recipient: 'alice@here.example',
    });
    assert.match(
      String(await waiting),
      /The process that reads mail ended|Mail cannot be read|"subject":"first"|object/,
    );
    await until('the log line', () =>
      /the process that reads mail is not available: it was killed by SIGKILL/.exec(at.host.log()),
    );
    await until('another reader', () => readers(at).some(each => each !== pid));
    await until('both messages', async () => (await inbox(at).catch(() => [])).length === 2);
    const { problems } = await call<{ problems: unknown[] }>(at, 'host.status');
    assert.deepEqual(problems, []);
    process.kill(readers(at)[0] as number, 'SIGKILL');
    const away = await until('the trouble', async () => {
      const status = await call<{ problems: { code: string }[] }>(at, 'host.status');
      return status.problems.find(problem => problem.code === 'reader-away');
    });
    assert.match(JSON.stringify(away), /Mail cannot be read at the moment: the process that reads it is not available/);
  },
);

test('reader: the host stops, or is killed → no process is left', linuxOnly, async t => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const at = await start(t);
    at.put('1.first', 'Subject: first\n\nx\n');
    assert.deepEqual(await inbox(at), ['first']);
    const left = [...readers(at), ...processesOf(at.host, /parser\.[jt]s\0/)];
    assert.equal(left.length, 2);
    const code = await at.host.stop(signal);
    assert.equal(code, signal === 'SIGTERM' ? 0 : signal);
    await until('the end of all', () => left.every(pid => !isThere(pid)));
  }
});

function isThere(pid: number): boolean {
  try {
    readlinkSync(`/proc/${pid}/exe`);
    return true;
  } catch {
    return false;
  }
}

test('reader: links in the Maildir → not followed', async t => {
  const at = await start(t);
  const secret = join(at.home, 'secret');
  writeFileSync(secret, 'Subject: root only\n\nsecret\n', { mode: 0o600 });
  symlinkSync(secret, join(at.maildir, 'cur', '1.link:2,S'));
  symlinkSync(secret, join(at.maildir, 'new', '2.link'));
  at.put('3.mail', 'Subject: mail\n\nx\n');
  assert.deepEqual(await inbox(at), ['mail']);
  for (const id of ['INBOX/1.link', 'INBOX/2.link']) {
    for (const method of ['mail.read', 'mail.source']) {
      await assert.rejects(call(at, method, { id }), (error: Error) => !error.message.includes('root only'));
    }
  }
});

const draft = { id: null, to: '', cc: '', bcc: '', subject: '', text: 'Hello.', files: [], source: null };

test('reader: a message with a file of two megabytes is sent → queued, delivered, and kept in Sent', async t => {
  const at = await start(t);
  const base64 = Buffer.alloc(2 * 1024 * 1024, 'rope ').toString('base64');
  const files = [{ name: 'rope.txt', type: 'text/plain', base64 }];
  const message = { ...draft, to: 'alice@here.example', subject: 'with a file', files };
  const { recipients, sent } = await call<{ recipients: number; sent: string }>(at, 'compose.send', message);
  assert.equal(recipients, 1);
  await until('its delivery', async () => (await inbox(at)).includes('with a file'));
  const [name = ''] = readdirSync(join(at.maildir, 'new'));
  const id = `INBOX/${name.split(':')[0]}`;
  assert.equal((await call<{ base64: string }>(at, 'mail.attachment', { id, part: 0 })).base64, base64);
  assert.equal((await call<{ base64: string }>(at, 'mail.attachment', { id: sent, part: 0 })).base64, base64);
});

test('reader: a drafts folder of another name → drafts are saved, opened, sent and discarded there', async t => {
  const made = await initHome(tempDir(t), 'here.example', 'alice');
  for (const folder of ['.INBOX.Drafts', '.drafts']) {
    for (const name of readdirSync(made.maildir)) {
      if (/drafts$/i.test(name)) rmSync(join(made.maildir, name), { recursive: true });
    }
    await waypost(['maildirmake', join(made.maildir, folder)]);
    const host = await serve(t, made.home, []);
    const at = { ...made, host, port: 0, put: () => {} };
    const mailbox = folder.slice(1);
    const first = await call<{ id: string }>(at, 'compose.save', {
      ...draft,
      subject: 'one',
      to: 'alice@here.example',
    });
    assert.equal(first.id.split('/')[0], mailbox);
    const opened = await call<{ id: string; subject: string }>(at, 'compose.open', first);
    assert.deepEqual([opened.id, opened.subject], [first.id, 'one']);
    const second = await call<{ id: string; missed: boolean }>(at, 'compose.save', opened);
    assert.equal(second.missed, false);
    await call(at, 'compose.send', { ...opened, id: second.id });
    await call(at, 'compose.discard', await call<{ id: string }>(at, 'compose.save', draft));
    const { rows } = await call<{ rows: Row[] }>(at, 'mail.list', { mailbox });
    assert.deepEqual(rows, []);
    await assert.rejects(call(at, 'compose.discard', { id: 'INBOX/1.x' }), /is not a draft/);
    await host.stop();
  }
});

test('reader: names without a host → asked about, unless a user or an alias here is called that', async t => {
  const at = await start(t);
  const send = (to: string) =>
    call<{ kind: string; guesses: object }>(at, 'compose.send', { ...draft, to, subject: 's' });
  assert.deepEqual(await send('Doe, John <alice@here.example>'), {
    kind: 'guessed',
    guesses: [{ typed: 'Doe', address: 'Doe@here.example' }],
  });
  assert.equal((await send('alice, postmaster')).kind, 'queued');
});

test(
  'reader: it is killed while a draft is saved → an error that says so; no half draft is left',
  linuxOnly,
  async t => {
    const at = await start(t);
    const files = [{ name: 'a', type: 'text/plain', base64: Buffer.alloc(8 * 1024 * 1024).toString('base64') }];
    await call(at, 'mail.mailboxes');
    const saving = call(at, 'compose.save', { ...draft, subject: 'half', files }).then(() => 'saved', String);
    setTimeout(() => process.kill(readers(at)[0] as number, 'SIGKILL'), 200);
    assert.match(
      await saving,
      /^saved$|The process that reads mail ended before it answered|Mail cannot be read at the moment/,
    );
    await until('the next reader', async () => call(at, 'mail.mailboxes').catch(() => undefined));
    const { rows } = await call<{ rows: Row[] }>(at, 'mail.list', { mailbox: 'Drafts' });
    for (const { id } of rows) {
      assert.equal((await call<{ files: unknown[] }>(at, 'compose.open', { id })).files.length, 1);
    }
  },
);

/** How long the host takes to greet, in milliseconds. */
function greeting(port: number): Promise<number> {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('data', () => {
      socket.destroy();
      resolve(performance.now() - begin);
    });
  });
}

const html = (head: string, body: string) => `Subject: nasty\n${head}\n\n${body}\n`;
const nastyMails: readonly [name: string, raw: string | Buffer][] = [
  [
    'gb18030',
    Buffer.concat([
      Buffer.from('Subject: nasty\nContent-Type: text/html; charset=gb18030\n\n'),
      Buffer.alloc(49_151, 0xff),
    ]),
  ],
  ['blanks', html('Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable', ' '.repeat(60_000))],
  ['spaces', html('Content-Type: text/html', `${'< '.repeat(30_000)}`)],
  ['dots', html(`Content-Type: application/pdf; name="${'.'.repeat(60_000)}x"`, 'x')],
  ['lines', html('Content-Type: text/plain', '\n'.repeat(500_000))],
];

test('parser: the nasty mails of the issue arrive, are opened and answered → the host greets, and all are listed', async t => {
  const at = await start(t);
  await greeting(at.port);
  for (const [name, raw] of nastyMails) at.put(`1.${name}`, raw);
  const listed = until('all rows', async () => (await inbox(at)).length === nastyMails.length);
  const slow: number[] = [];
  const work = [listed, ...nastyMails.flatMap(([name]) => [open(name), answer(name)])];
  let working = true;
  void Promise.allSettled(work).then(() => {
    working = false;
  });
  while (working) slow.push(await greeting(at.port));
  await Promise.all(work);
  // Machines that test are busy; before, it was seconds for each.
  const [median = 0] = slow.sort((a, b) => a - b).slice(slow.length >> 1);
  assert.ok(median < 500 && Math.max(...slow) < 3000, `${Math.max(...slow)} ms of ${slow.length}`);

  async function open(name: string): Promise<void> {
    const { subject } = await call<Row>(at, 'mail.read', { id: `INBOX/1.${name}` });
    assert.ok(subject === 'nasty' || subject === '', subject);
  }
  async function answer(name: string): Promise<void> {
    const asked = { kind: 'reply', id: `INBOX/1.${name}` };
    const text = await call<Row>(at, 'compose.start', asked).then(({ subject }) => subject, String);
    assert.match(text, /^Re: nasty$|cannot be parsed/);
  }
});
