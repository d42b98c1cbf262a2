// What a forward contains: names, types with their charsets, and every byte.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildMessage } from '../../../../core/inject/compose/build-message.ts';
import { forwardDraft } from '../../../../core/inject/compose/new-draft.ts';
import { parseOriginalMessage } from '../../../../core/inject/compose/original-message.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures/reader');

function told(files: readonly { name: string; type: string; base64: string }[]): [string, string, string][] {
  return files.map(({ name, type, base64 }) => [name, type, Buffer.from(base64, 'base64').toString('latin1')]);
}

test('forwardDraft, buildMessage: files of all kinds → the same names, charsets, methods and bytes at the other end', async () => {
  const original = parseOriginalMessage(readFileSync(join(fixtures, 'atts.eml')));
  const { files } = forwardDraft('INBOX/1', original, '');
  const invitation = 'BEGIN:VCALENDAR\nEND:VCALENDAR';
  const expected: [string, string, string][] = [
    ['äöü.pdf', 'application/pdf', '%PDF-1.4\n\x00\xff\xfe\n'],
    ['notes.txt', 'text/plain; charset=iso-8859-1', 'caf\xe9'],
    ['inline.txt', 'text/plain; charset=us-ascii', 'inline text file'],
    ['invitation-5.ics', 'text/calendar; charset=utf-8; method=REQUEST', invitation],
  ];
  const nested = 'message/rfc822';
  assert.deepEqual(told(files.filter(({ type }) => type !== nested)), expected);
  const raw = await buildMessage({
    from: { name: '', address: 'a@b.example' },
    to: [{ name: '', address: 'c@b.example' }],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: 'Fwd: files',
    text: 'see files\n',
    purpose: 'send',
    files,
    dateMs: 0,
    messageId: '<1@b.example>',
    references: [],
    inReplyTo: undefined,
    extraFields: {},
    listLines: '',
    boundary: 'b',
  });
  const arrived = parseOriginalMessage(raw).files;
  assert.deepEqual(told(arrived.filter(({ type }) => type !== nested)), expected);
  const inner = (all: typeof arrived) => all.find(({ type }) => type === nested)?.base64;
  assert.equal(inner(arrived), inner(files));
});

test('parseOriginalMessage: text in format=flowed → whole paragraphs to quote and to forward', () => {
  const { text } = parseOriginalMessage(readFileSync(join(fixtures, 'flowed2.eml')));
  assert.equal(
    text,
    'This is a long paragraph.\n> quoted text that goes on\n>> deeper end\nFrom stuffed\n-- \nSig Two\n',
  );
});
