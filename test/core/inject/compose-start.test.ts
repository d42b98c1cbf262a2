import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../../core/api/errors.ts';
import { desk, draft, file, nameless } from '../../support/compose-desk.ts';

const parent = ['From: Tomás <t@x.example>', 'Date: Sat, 21 Nov 2026 10:36:59 +0100', 'Subject: AW: Re[2]: tide'];
const body = ['Content-Type: text/plain; charset=utf-8', '', 'one', '', '> old', '-- ', 'his signature'];

test('start: a reply → room to write, attribution, quoted text, one Re:, own signature', async () => {
  const { compose, receive } = desk({ signature: 'Ines' });
  receive('INBOX/1', [...parent, ...body]);
  assert.deepEqual(nameless(await compose['compose.start']({ kind: 'reply', id: 'INBOX/1' })), {
    ...draft,
    to: 'Tomás <t@x.example>',
    subject: 'Re: tide',
    text: '\n\nOn Sat, 21 Nov 2026 at 10:36, Tomás wrote:\n> one\n>\n>> old\n\n\n-- \nInes\n',
    source: { id: 'INBOX/1', kind: 'reply' },
  });
});

test('start: a reply, answers go below → quoted text, room to write, own signature', async () => {
  const { compose, receive } = desk({ signature: 'Ines', answers: 'below' });
  receive('INBOX/1', [...parent, ...body]);
  const { text } = await compose['compose.start']({ kind: 'reply', id: 'INBOX/1' });
  assert.equal(text, 'On Sat, 21 Nov 2026 at 10:36, Tomás wrote:\n> one\n>\n>> old\n\n\n\n-- \nInes\n');
});

const answers: readonly (readonly [string, string[], string, string, string])[] = [
  ['Reply-To', ['Reply-To: r@x.example', 'To: ines@here.example'], 'r@x.example', 'r@x.example', ''],
  ['Mail-Reply-To', ['Reply-To: r@x.example', 'Mail-Reply-To: m@x.example'], 'm@x.example', 'm@x.example', ''],
  [
    'Mail-Followup-To',
    [
      'To: list@l.example',
      'Mail-Followup-To: list@l.example, INES@here.example, o@x.example',
      'List-Post: <mailto:post@l.example>',
    ],
    'Tomás <t@x.example>',
    'list@l.example, o@x.example',
    '',
  ],
  [
    'no own address, nobody twice',
    [
      'To: Ines <ines@boat.example>, T@X.example, o@x.example',
      'Cc: crew: ines@here.example, O@x.example, p@x.example;',
    ],
    'Tomás <t@x.example>',
    'Tomás <t@x.example>, o@x.example',
    'p@x.example',
  ],
];

for (const [title, fields, reply, all, cc] of answers) {
  test(`start: whom a reply goes to: ${title}`, async () => {
    const { compose, receive } = desk();
    receive('INBOX/1', [...parent, ...fields, ...body]);
    const one = await compose['compose.start']({ kind: 'reply', id: 'INBOX/1' });
    const many = await compose['compose.start']({ kind: 'reply-all', id: 'INBOX/1' });
    assert.deepEqual([one.to, one.cc, many.to, many.cc], [reply, '', all, cc]);
  });
}

test('start: a reply to own mail → to whom it went', async () => {
  const { compose, receive } = desk();
  receive('Sent/1', ['From: ines@here.example', 'To: t@x.example', '', 'hi']);
  assert.equal((await compose['compose.start']({ kind: 'reply', id: 'Sent/1' })).to, 't@x.example');
});

test('start: a forward → header block, text, attachments', async () => {
  const { compose, messages } = desk();
  const { id } = await compose['compose.save']({
    ...draft,
    text: 'see file',
    files: [file('a.txt', 'text/plain', 'x\r\ny')],
  });
  const saved = (messages.get(id) ?? assert.fail()).toString('utf8');
  messages.set(
    'INBOX/2',
    Buffer.from(saved.replace(/^From:.*$/m, parent.join('\n')).replace(/^(Subject|Date):\s*\n/gm, '')),
  );
  const forward = await compose['compose.start']({ kind: 'forward', id: 'INBOX/2' });
  const { text, subject, files, source } = forward;
  assert.equal(
    text,
    '\n\n---------- Forwarded message ----------\nFrom: Tomás <t@x.example>\nDate: Sat, 21 Nov 2026 10:36:59 +0100\nSubject: AW: Re[2]: tide\n\nsee file\n',
  );
  assert.deepEqual([subject, source], ['Fwd: AW: Re[2]: tide', { id: 'INBOX/2', kind: 'forward' }]);
  assert.deepEqual(files, [{ ...file('a.txt', '', 'x\r\ny'), type: 'application/octet-stream' }]);
});

test('start: mail that has only HTML → its text is quoted', async () => {
  const { compose, receive } = desk();
  receive('INBOX/1', [...parent, 'Content-Type: text/html', '', '<b>bold</b> words']);
  const { text } = await compose['compose.start']({ kind: 'reply', id: 'INBOX/1' });
  assert.equal(text, '\n\nOn Sat, 21 Nov 2026 at 10:36, Tomás wrote:\n> bold words\n');
});

test('start: new and mailto → an empty draft with the signature, what the link asks for', async () => {
  const { compose } = desk({ signature: 'Ines\n' });
  assert.deepEqual(nameless(await compose['compose.start']({ kind: 'new' })), { ...draft, text: '\n\n-- \nInes\n' });
  assert.deepEqual(
    nameless(await compose['compose.start']({ kind: 'mailto', url: 'mailto:a@b?subject=s&body=t&attach=/etc/passwd' })),
    {
      ...draft,
      to: 'a@b',
      subject: 's',
      text: 't\n\n-- \nInes\n',
    },
  );
  await assert.rejects(compose['compose.start']({ kind: 'mailto', url: 'file:///etc/passwd' }), { code: 'invalid' });
});

test('start: a message that is gone → says so', async () => {
  const { compose } = desk();
  await assert.rejects(
    compose['compose.start']({ kind: 'reply', id: 'INBOX/7' }),
    new ApiError('gone', 'INBOX/7 is gone.'),
  );
});

test('start, open: a message beyond the limits of the one parser → refused with the reason, not held on to', async () => {
  const { compose, messages } = desk();
  const table: [what: string, body: string][] = [
    ['its text has too many lines', `\n${'a\n'.repeat(500_000)}`],
    ['its header has too many lines', `${'X: y\n'.repeat(30_000)}\n`],
    ['it has too many parts', `Content-Type: multipart/mixed; boundary=b\n\n${'--b\n'.repeat(30_000)}`],
  ];
  for (const [problem, body] of table) {
    messages.set('INBOX/1', Buffer.from(`${parent.join('\n')}\n${body}`));
    messages.set('Drafts/1', Buffer.from(`${parent.join('\n')}\n${body}`));
    const refused = new ApiError('failed', `This message cannot be taken apart: ${problem}.`);
    await assert.rejects(compose['compose.start']({ kind: 'reply', id: 'INBOX/1' }), refused);
    await assert.rejects(compose['compose.start']({ kind: 'forward', id: 'INBOX/1' }), refused);
    await assert.rejects(compose['compose.open']({ id: 'Drafts/1' }), refused);
  }
});

test('start: a text of megabytes → its beginning is quoted, and a line that says so', async () => {
  const { compose, messages } = desk();
  messages.set('INBOX/1', Buffer.from(`${parent.join('\n')}\n\n${'word\n'.repeat(400_000)}`));
  const { text } = await compose['compose.start']({ kind: 'reply', id: 'INBOX/1' });
  assert.match(text.slice(-80), /> \[The text goes on: 2000000 characters in all\.\]\n$/);
});
