// What Send makes of a message: the bytes that are queued, its envelope, the copy in Sent, and threads; refusals keep the
// draft.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { refusal } from '../../../../core/api/errors.ts';
import { desk, draft, fieldsOf } from '../../../support/compose-desk.ts';

test('send: plain text → queued bytes, envelope, the same bytes in Sent', async () => {
  const { compose, messages, flags, queued } = desk();
  const reply = await compose['compose.send']({
    ...draft,
    to: 'Tomas <t@shore.example>, harbour',
    cc: 'T@SHORE.example, t@Shore.Example',
    bcc: 'Secret <hidden@dark.example>',
    subject: 'Tide\r\nBcc: evil@x',
    text: 'Hello\r\nthere',
  });
  assert.deepEqual(reply, { kind: 'queued', queued: 77, recipients: 4, sent: 'Sent/1' });
  const [{ raw, envelope, invoker } = assert.fail()] = queued;
  assert.deepEqual(envelope, {
    sender: 'ines@here.example',
    recipients: ['t@shore.example', 'harbour@here.example', 'T@shore.example', 'hidden@dark.example'],
  });
  assert.deepEqual(invoker, { uid: process.getuid?.() ?? 0 });
  const copy = Buffer.concat([Buffer.from('Bcc: Secret <hidden@dark.example>\n'), raw]);
  assert.deepEqual(messages.get('Sent/1'), copy);
  assert.deepEqual(flags.get('Sent/1'), ['S']);
  const { Date: date, ...fields } = fieldsOf(raw);
  assert.equal(new Date(date ?? '').getTime(), Date.UTC(2026, 10, 21, 10, 36));
  assert.match(date ?? '', /^[A-Z][a-z]{2}, \d{1,2} Nov 2026 \d\d:36:00 [+-]\d{4}$/);
  assert.deepEqual(fields, {
    From: '=?UTF-8?Q?In=C3=A9s_Maro?= <ines@here.example>',
    To: 'Tomas <t@shore.example>, harbour@here.example',
    Cc: 'T@shore.example, t@shore.example',
    Subject: 'Tide Bcc: evil@x',
    'Message-ID': '<20261121103600.010101010101010101010101.waypost@id.example>',
    'Content-Transfer-Encoding': '7bit',
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8; format=flowed; delsp=no',
  });
  assert.equal(raw.toString('latin1').split('\n\n')[1], 'Hello\nthere\n');
  assert.doesNotMatch(raw.toString('latin1'), /hidden|Secret|\r/);
});

test('send: any text and files → LF only, short 7-bit lines, read back as composed', async () => {
  const { compose, queued } = desk();
  const text = fc.string({
    unit: fc.constantFrom('a', 'é', '漢', ' ', '\n', '.', '\r\n', '>', '\t', 'wordwordword'),
    maxLength: 3000,
  });
  const bytes = fc.uint8Array({ maxLength: 400 });
  const name = fc.constantFrom('a.txt', 'ü b.pdf', '../../etc/passwd', 'x\r\nBcc: evil@x', '漢'.repeat(80));
  const type = fc.constantFrom(
    'text/plain',
    'image/png',
    'message/rfc822',
    'multipart/mixed',
    'bad',
    'a/b; x="\r\nBcc: e@x"',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      text,
      bytes,
      name,
      type,
      async (subject, text, content, name, type) => {
        queued.length = 0;
        const files = [{ name, type, base64: Buffer.from(content).toString('base64') }];
        await compose['compose.send']({ ...draft, to: 'a@b.example', subject, text, files });
        const raw = queued[0]?.raw ?? assert.fail();
        const whole = raw.toString('latin1');
        assert.doesNotMatch(whole, /\r|[^\n]{999}|^Bcc:/m);
        assert.match(whole, /^[\u0001-\u007f]*\n$/);
        const email = await PostalMime.parse(raw, { forceRfc822Attachments: true });
        const [attached] = email.attachments;
        assert.equal(email.attachments.length, 1);
        if (attached?.mimeType !== 'message/rfc822') {
          assert.deepEqual(new Uint8Array(attached?.content as ArrayBuffer), new Uint8Array(content));
        }
        const squeezed = (s: string): string => s.replace(/\s+/g, '');
        assert.equal(squeezed(email.text ?? ''), squeezed(text));
      },
    ),
    { numRuns: 60 },
  );
});

test('send: one very long line → encoded, not cut', async () => {
  const { compose, queued } = desk();
  await compose['compose.send']({ ...draft, to: 'a@b.example', text: 'x'.repeat(5000) });
  const raw = queued[0]?.raw ?? assert.fail();
  assert.doesNotMatch(raw.toString('latin1'), /[^\n]{999}/);
  assert.equal((await PostalMime.parse(raw)).text?.trim(), 'x'.repeat(5000));
});

test('send: only Bcc → the message names no recipient', async () => {
  const { compose, queued } = desk();
  await compose['compose.send']({ ...draft, bcc: 'a@b.example' });
  assert.equal(fieldsOf(queued[0]?.raw ?? assert.fail()).Cc, 'recipient list not shown: ;');
  assert.deepEqual(queued[0]?.envelope.recipients, ['a@b.example']);
});

test('send: no recipients, or bad addresses → refused; all bad ones are named by field, nothing queued', async () => {
  const { compose, queued } = desk();
  const nobody = refusal('no-recipients', {});
  await assert.rejects(compose['compose.send'](draft), nobody);
  const bad = { to: 'a@b.example, oh no, c@', cc: 'd@e.example', bcc: 'x@' };
  assert.deepEqual(await compose['compose.send']({ ...draft, ...bad }), {
    kind: 'not-addresses',
    fields: [
      { field: 'to', parts: ['oh no', 'c@'] },
      { field: 'bcc', parts: ['x@'] },
    ],
  });
  assert.deepEqual(queued, []);
});

test('send: the queue refuses → its text, draft kept, nothing in Sent', async () => {
  for (const [permanent, code] of [
    [true, 'message-rejected'],
    [false, 'message-deferred'],
  ] as const) {
    const { compose, messages } = desk({
      answer: { ok: false, code: 53, permanent, text: 'qq write error or disk full (#4.3.0)' },
    });
    const { id } = await compose['compose.save']({ ...draft, to: 'a@b.example' });
    await assert.rejects(
      compose['compose.send']({ ...draft, id, to: 'a@b.example' }),
      refusal(code, { why: 'qq write error or disk full (#4.3.0)' }),
    );
    assert.deepEqual([...messages.keys()], [id]);
  }
});

test('send: what comes after queueing fails → still sent; the draft goes only when there is a copy', async () => {
  const cases: readonly (readonly [string[], string | null, string[]])[] = [
    [[], 'Sent/2', ['INBOX/1', 'Sent/2']],
    [['add Sent'], null, ['INBOX/1', 'Drafts/2']],
    [['flag'], 'Sent/2', ['INBOX/1', 'Sent/2']],
    [['remove'], 'Sent/2', ['INBOX/1', 'Drafts/1', 'Drafts/2', 'Sent/2']],
  ];
  for (const [failing, sent, left] of cases) {
    const broken: string[] = [];
    const { compose, messages, receive } = desk({ failing: broken });
    receive('INBOX/1', ['From: a@b.example', '', 'hi']);
    const { id } = await compose['compose.save']({ ...draft, to: 'a@b.example' });
    broken.push(...failing);
    const source = { id: 'INBOX/1', kind: 'reply' } as const;
    const reply = await compose['compose.send']({ ...draft, id, to: 'a@b.example', source });
    assert.deepEqual(
      [reply, [...messages.keys()]],
      [{ kind: 'queued', queued: 77, recipients: 1, sent }, left],
      failing.join(),
    );
  }
});

test('send: a reply → threaded under its parent, which is marked R; a forward marks P', async () => {
  const { compose, flags, queued, receive } = desk();
  receive('INBOX/1', ['Message-ID: <2@x>', 'References: <0@x>', ' <1@x>', 'From: a@b.example', '', 'hi']);
  for (const kind of ['reply', 'forward'] as const) {
    await compose['compose.send']({ ...draft, to: 'a@b.example', source: { id: 'INBOX/1', kind } });
  }
  const [reply = {}, forward = {}] = queued.map(({ raw }) => fieldsOf(raw));
  assert.deepEqual([reply['In-Reply-To'], reply.References], ['<2@x>', '<0@x> <1@x> <2@x>']);
  assert.deepEqual([forward['In-Reply-To'], forward.References], [undefined, undefined]);
  assert.deepEqual(flags.get('INBOX/1'), ['R', 'P']);
});

test('send: a reply whose parent is gone → threaded by what its draft remembers', async () => {
  const { compose, messages, queued, receive } = desk();
  receive('INBOX/1', ['Message-ID: <2@x>', 'In-Reply-To: <1@x>', 'From: a@b.example', '', 'hi']);
  const answer = { ...draft, to: 'a@b.example', source: { id: 'INBOX/1', kind: 'reply' } as const };
  const { id } = await compose['compose.save'](answer);
  messages.delete('INBOX/1');
  await compose['compose.send']({ ...answer, id });
  const fields = fieldsOf(queued[0]?.raw ?? assert.fail());
  assert.deepEqual([fields['In-Reply-To'], fields.References], ['<2@x>', '<1@x> <2@x>']);
});

test('send: names without a host → asked about, unless they are known here or agreed to', async () => {
  const { compose, queued } = desk();
  const message = { ...draft, to: 'Doe, John <john@x.example>, harbour', bcc: 'Jo <jo>' };
  assert.deepEqual(await compose['compose.send'](message), {
    kind: 'guessed',
    guesses: [
      { typed: 'Doe', address: 'Doe@here.example' },
      { typed: 'Jo <jo>', address: 'jo@here.example' },
    ],
  });
  assert.equal(queued.length, 0);
  const half = await compose['compose.send']({ ...message, agreed: ['jo@here.example'] });
  assert.deepEqual(half, { kind: 'guessed', guesses: [{ typed: 'Doe', address: 'Doe@here.example' }] });
  const sent = await compose['compose.send']({ ...message, agreed: ['Doe@here.example', 'jo@here.example'] });
  assert.equal(sent.kind, 'queued');
  assert.equal(queued[0]?.envelope.recipients.length, 4);
});
