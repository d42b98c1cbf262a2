// A message becomes what the window shows: people, text, HTML, images and files, within limits and for any bytes.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { ApiError } from '../../../../core/api/errors.ts';
import { Message } from '../../../../core/api/mail.ts';
import { systemClock } from '../../../../core/lib/clock.ts';
import { parseMime } from '../../../../core/mailbox/reading/parts.ts';
import { type Content, readContent } from '../../../../core/mailbox/reading/read.ts';
import { summarise } from '../../../../core/mailbox/reading/summary.ts';
import { takeApartHere } from '../../../../core/mailbox/reading/take-apart.ts';
import { openMailStore } from '../../../../core/mailbox/store.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const png = 'iVBORw0KGgo=';

/** A message with one of everything. */
const rich = [
  'From: =?UTF-8?Q?In=C3=A9s?= <ines@shore.example>',
  'To: tomas@shore.example',
  'Cc: "Doe, Jane" <jane@x.example>',
  'Reply-To: list@x.example',
  'Subject: Tide',
  'Message-ID: <1@shore.example>',
  'Date: Sat, 21 Nov 2026 12:00:00 +0000',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=m',
  '',
  '--m',
  'Content-Type: multipart/related; boundary=r',
  '',
  '--r',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>High at <b>six</b></p><img src="cid:chart%40x"><img src=\'cid:other\'>',
  '--r',
  'Content-Type: image/png',
  'Content-ID: <chart@x>',
  'Content-Transfer-Encoding: base64',
  '',
  png,
  '--r--',
  '--m',
  "Content-Type: application/pdf; name*=utf-8''%2Fetc%2F..%C3%BC.pdf",
  'Content-Disposition: attachment',
  'Content-Transfer-Encoding: base64',
  '',
  'JVBERi0=',
  '--m',
  'Content-Type: message/rfc822',
  '',
  'Subject: inside',
  '',
  'forwarded text',
  '--m--',
  '',
].join('\n');

function read(text: string): Content {
  const raw = Buffer.from(text, 'latin1');
  return readContent(raw, raw.length);
}

test('readContent: one of everything → people, text from HTML, images inside, files numbered', async () => {
  assert.deepEqual(read(rich), {
    from: { name: 'Inés', address: 'ines@shore.example' },
    to: [{ name: '', address: 'tomas@shore.example' }],
    cc: [{ name: 'Doe, Jane', address: 'jane@x.example' }],
    replyTo: [{ name: '', address: 'list@x.example' }],
    subject: 'Tide',
    messageId: '<1@shore.example>',
    attachments: true,
    text: 'High at six',
    html: `<p>High at <b>six</b></p><img src="data:image/png;base64,${png}"><img src='cid:other'>`,
    files: [
      { part: 0, name: 'part-1.png', type: 'image/png', sizeBytes: 8, shown: true },
      { part: 1, name: 'ü.pdf', type: 'application/pdf', sizeBytes: 5, shown: false },
      { part: 2, name: 'message-3.eml', type: 'message/rfc822', sizeBytes: 31, shown: false },
    ],
    invitation: null,
    faults: [],
  });
});

test('readContent: plain text → as it is, no HTML, no files', async () => {
  const { text, html, files } = read('Subject: x\nContent-Type: text/plain; charset=iso-8859-1\n\ncaf\xe9\n> q\n');
  assert.deepEqual({ text, html, files }, { text: 'café\n> q\n', html: null, files: [] });
});

test('readContent: text beyond a mebibyte → its beginning, and a line that says so', async () => {
  for (const type of ['text/plain', 'text/html']) {
    const { text } = read(`Content-Type: ${type}\n\n${'words '.repeat(200_000)}`);
    assert.ok(text.startsWith('words words') && text.length < 1024 * 1024 + 200, type);
    assert.match(text, /\n\n\[The text is cut: it has 120000\d characters\./, type);
  }
});

test('readContent: names of attachments → file names without directories, hiding or forbidden characters', async () => {
  const table: [name: string, shown: string][] = [
    ['../../etc/passwd', 'passwd'],
    ['C:\\\\Users\\\\me\\\\a.txt', 'a.txt'],
    ['.bashrc', 'bashrc'],
    ['=?UTF-8?Q?COM=C2=B9_=2Etxt?=', '_COM¹ .txt'],
    ['CONIN$', '_CONIN$'],
    ['a:b|c?.txt', 'a_b_c_.txt'],
    ['=?UTF-8?B?4oCu?=fdp.exe', 'fdp.exe'],
    ['...', 'part-1.txt'],
    ['', 'part-1.txt'],
  ];
  for (const [name, shown] of table) {
    const { files } = read(`Content-Disposition: attachment; filename="${name}"\nContent-Type: text/plain\n\nx`);
    assert.deepEqual(
      files.map(file => file.name),
      [shown],
      name,
    );
  }
});

test('parseMime: parts in every encoding → exactly their bytes', async () => {
  const table: [encoding: string, body: string, bytes: string][] = [
    ['7bit', 'a\nb', 'a\nb'],
    ['8bit', 'caf\xe9\n', 'caf\xe9\n'],
    ['', '', ''],
    ['quoted-printable', 'a=3D=\nb=20\nc', 'a=b \nc'],
    ['quoted-printable', 'a\n', 'a\n'],
    ['base64', 'AAEC\n/w==', '\x00\x01\x02\xff'],
  ];
  for (const [encoding, body, bytes] of table) {
    const part = `Content-Type: a/b\nContent-Transfer-Encoding: ${encoding}\n\n${body}`;
    const raw = Buffer.from(
      `Content-Type: multipart/mixed; boundary=x\n\n--x\n${part}\n--x\n${part}\n--x--\n`,
      'latin1',
    );
    const { parts } = parseMime(raw, raw.length);
    assert.deepEqual(
      parts.map(each => Buffer.from(each.bytes).toString('latin1')),
      [bytes, bytes],
      `${encoding} ${body}`,
    );
  }
});

test('readContent: the beginning of a message that is too large → its text, the files that are whole, and what is done', async () => {
  const file = (name: string, text: string) =>
    `--b\nContent-Type: application/x-y; name=${name}\nContent-Disposition: attachment\n\n${text}\n`;
  const head = 'Subject: big\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nThe words.\n';
  const sizeBytes = 90 * 1024 * 1024;
  for (const end of ['cut here', `whole\n--b--\n${'x'.repeat(200)}`]) {
    const raw = Buffer.from(`${head}${file('whole.bin', 'all of it')}${file('last.bin', end)}`);
    const { text, files, faults } = readContent(raw, sizeBytes);
    const names = end.startsWith('cut') ? ['whole.bin'] : ['whole.bin', 'last.bin'];
    assert.deepEqual([text, files.map(({ name }) => name)], ['The words.', names]);
    assert.match(faults.join(' '), /has 90 MB, of which the first 0 MB are parsed/);
    const taken = await takeApartHere.attachment(raw, sizeBytes, 0);
    assert.equal(Buffer.from(taken?.bytes ?? []).toString(), 'all of it');
    assert.equal(await takeApartHere.attachment(raw, sizeBytes, names.length), undefined);
  }
});

test('readContent: more HTML than a window can lay out → its text, and why', () => {
  const read = (html: string) => {
    const raw = Buffer.from(`Subject: s\nContent-Type: text/html\n\n${html}\n`);
    return readContent(raw, raw.length);
  };
  const some = read(`<p>Words.</p>${'<br>'.repeat(40_000)}`);
  assert.deepEqual([some.html?.length, some.faults], [13 + 4 * 40_000 + 1, []]);
  for (const much of [
    '<br>'.repeat(50_000),
    'x'.repeat(3 * 1024 * 1024),
    '<div>'.repeat(251),
    `<p ${'a '.repeat(201)}>`,
  ]) {
    const { html, text, faults } = read(`<p>Words.</p>${much}`);
    assert.deepEqual([html, text.slice(0, 6)], [null, 'Words.']);
    assert.match(
      faults.join(),
      /too much for a window to show \(more than 3 MB, 50000 tags or 250 elements within each other\)/,
    );
  }
});

test('readContent: what would cost too much memory → header and a plain sentence', async () => {
  const header = 'From: a@x.example\nSubject: big\n';
  const table: [what: string, raw: Buffer, text: RegExp][] = [
    [
      'parts',
      Buffer.from(`${header}Content-Type: multipart/mixed; boundary=x\n\n${'--x\n'.repeat(30_000)}`),
      /too many parts/,
    ],
    ['lines', Buffer.from(`${header}\n${'\n'.repeat(500_000)}`), /too many lines/],
    [
      'header',
      Buffer.from(`${header}${`X-A: ${'b'.repeat(100)}\n`.repeat(10_000)}\n`),
      /parsed \(its header is too long/,
    ],
    ['header lines', Buffer.from(`${header}${'X-A: b\n'.repeat(30_000)}\n`), /parsed \(its header has too many lines/],
    ['depth', Buffer.from(header + nested(300)), /parsed \(its parts are nested too deeply/],
  ];
  for (const [what, raw, text] of table) {
    const content = readContent(raw, raw.length);
    assert.match(content.text, text, what);
    assert.deepEqual([content.subject, content.from.address], ['big', 'a@x.example'], what);
  }
});

function nested(depth: number): string {
  const level = (n: number) => `Content-Type: multipart/mixed; boundary=b${n}\n\n--b${n}\n`;
  return Array.from({ length: depth }, (_, n) => level(n)).join('');
}

test('readContent: one image shown ten thousand times → the answer stays bounded', async () => {
  const image = `--x\nContent-Type: image/png\nContent-ID: <i>\n\n${'A'.repeat(1_000_000)}\n--x--\n`;
  const html = '<img src="cid:i">'.repeat(10_000);
  const content = read(
    `Content-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n${html}\n${image}`,
  );
  assert.ok((content.html?.length ?? 0) < 20 * 1024 * 1024);
});

/** Bytes as they come from a hostile peer: random, or a good message with pieces cut, doubled, and overwritten. */
const hostile = fc.oneof(
  fc.uint8Array({ maxLength: 2000 }).map(bytes => Buffer.from(bytes)),
  fc
    .array(fc.tuple(fc.nat(rich.length), fc.nat(200), fc.uint8Array({ maxLength: 40 })), { minLength: 1, maxLength: 6 })
    .map(edits =>
      edits.reduce(
        (raw, [at, length, bytes]) => Buffer.concat([raw.subarray(0, at), bytes, raw.subarray(at + length)]),
        Buffer.from(rich),
      ),
    ),
  fc.array(fc.constantFrom(...rich.split('\n')), { maxLength: 60 }).map(lines => Buffer.from(lines.join('\n'))),
);

test('summarise, readContent: any bytes → an answer that fits the contract', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async raw => {
      const summary = summarise(raw, { sizeBytes: raw.length, timeMs: 0 });
      const content = readContent(raw, raw.length);
      const message = { id: 'INBOX/1', flags: [], ...summary, ...content };
      assert.ok(v.safeParse(Message, message).success);
      assert.ok(summary.preview.length <= 140 && !/[\r\n]/.test(summary.subject + summary.preview));
      assert.ok(content.files.every(file => !/[/\\]|^\.|^$/.test(file.name)));
    }),
    { numRuns: 300 },
  );
});

test('mail.read, mail.attachment: through the store → the row and the parsed message; a part that is not there', async t => {
  const maildir = join(tempDir(t), 'Maildir');
  for (const part of ['tmp', 'new', 'cur']) mkdirSync(join(maildir, part), { recursive: true });
  writeFileSync(join(maildir, 'cur/1.a.h:2,S'), rich);
  const store = await openMailStore({
    maildir,
    clock: systemClock,
    hostName: 'h',
    takeApart: takeApartHere,
    log: () => {},
    indexPath: undefined,
  });
  t.after(() => store.close());
  const id = 'INBOX/1.a.h';
  const message = await store.handlers['mail.read']({ id });
  assert.deepEqual(
    [message.id, message.flags, message.preview, message.sizeBytes, message.text],
    [id, ['S'], 'High at six', rich.length, 'High at six'],
  );
  assert.deepEqual(await store.handlers['mail.attachment']({ id, part: 1, offset: 0 }), {
    name: 'ü.pdf',
    type: 'application/pdf',
    base64: 'JVBERi0=',
    sizeBytes: 5,
  });
  await assert.rejects(
    store.handlers['mail.attachment']({ id, part: 7, offset: 0 }),
    (error: unknown) => error instanceof ApiError && error.kind === 'gone',
  );
});
