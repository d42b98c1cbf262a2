// The row of a message in the list: sender, subject, date, preview and whether it has attachments.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarise } from '../../../../core/mailbox/reading/summary.ts';

function of(text: string, sizeBytes?: number) {
  const raw = Buffer.from(text, 'latin1');
  return summarise(raw, { sizeBytes: sizeBytes ?? raw.length, timeMs: 1000 });
}

test('summarise: a plain message → its row', () => {
  const text =
    'From: Ines <ines@shore.example>\nTo: a@x.example, Bo <b@x.example>\nSubject: =?UTF-8?Q?T=C3=A4gliches?=\n' +
    'Date: Sat, 21 Nov 2026 12:00:00 +0000\n\n> quoted\n\nThe   first\n words.\n';
  assert.deepEqual(of(text), {
    from: { name: 'Ines', address: 'ines@shore.example' },
    to: [
      { name: '', address: 'a@x.example' },
      { name: 'Bo', address: 'b@x.example' },
    ],
    subject: 'Tägliches',
    preview: 'The first words.',
    dateMs: Date.UTC(2026, 10, 21, 12),
    sizeBytes: text.length,
    attachments: false,
  });
});

test('summarise: no or bad Date → the time of the file', () => {
  assert.deepEqual([of('Subject: x\n\n').dateMs, of('Date: soon\n\n').dateMs], [1000, 1000]);
});

test('summarise: text parts of all kinds → preview', () => {
  const table: [text: string, preview: string][] = [
    ['Content-Type: text/plain; charset=iso-8859-1\n\ncaf\xe9', 'café'],
    ['Content-Type: text/plain; charset=utf-8\n\ncaf\xc3\xa9', 'café'],
    ['Subject: no charset\n\ncaf\xe9', 'café'],
    ['Content-Type: text/plain; charset=no-such\n\ncaf\xc3\xa9', 'café'],
    ['Content-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9 and=\n more', 'café and more'],
    ['Content-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9 = \nau lait', 'café au lait'],
    ['Content-Transfer-Encoding: BASE64\n\nY2Fm\nw6k=', 'café'],
    ['Content-Type: text/html\n\n<style>p{}</style><p>caf&eacute;</p>', 'café'],
    ['Subject: only quotes\n\n> one\n>> two', 'one two'],
    ['Subject: nothing\n\n', ''],
    ['Subject: header only', ''],
    [
      'Content-Type: multipart/alternative; boundary=b\n\npreamble\n--b\nContent-Type: text/html\n\n<b>h</b>\n--b\n\nplain\n--b--\nepilogue',
      'plain',
    ],
    [
      'Content-Type: multipart/mixed; boundary="a b"\r\n\r\n--a b\r\nContent-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\n\r\ndeep\r\n--in--\r\n--a b--',
      'deep',
    ],
    [`Subject: long\n\n${'word '.repeat(200)}`, 'word '.repeat(28).slice(0, 140)],
    [`Content-Type: text/plain; charset=utf-8\n\n${'a'.repeat(139)}\xf0\x9f\x98\x80`, 'a'.repeat(139)],
  ];
  for (const [text, preview] of table) assert.equal(of(text).preview, preview, text.slice(0, 200));
});

test('summarise: parts → attachments or not', () => {
  const mixed = 'Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n';
  const table: [text: string, attachments: boolean][] = [
    ['Subject: x\n\ntext', false],
    [`${mixed}--b\nContent-Type: application/pdf\n\nx\n--b--`, true],
    [`${mixed}--b\nContent-Disposition: attachment; filename=a.txt\n\nx\n--b--`, true],
    [`${mixed}--b\nContent-Type: text/plain\n\nsignature of a list\n--b--`, false],
    [`${mixed}--b\nContent-Type: message/rfc822\n\nSubject: y\n\n--b--`, true],
    [mixed.replace('mixed', 'signed').concat('--b\nContent-Type: application/pgp-signature\n\nx\n--b--'), false],
    [mixed.replace('mixed', 'report').concat('--b\nContent-Type: message/delivery-status\n\nx\n--b--'), false],
    [mixed.replace('mixed', 'related').concat('--b\nContent-Type: image/png\nContent-ID: <i>\n\nx\n--b--'), false],
    ['Content-Type: image/png\n\nx', true],
  ];
  for (const [text, attachments] of table) assert.equal(of(text).attachments, attachments, text);
  assert.equal(of(mixed, 1_000_000).attachments, true, 'a mixed message that goes on beyond the first bytes');
});
