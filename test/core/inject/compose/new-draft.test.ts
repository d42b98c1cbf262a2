// What a new message, reply, forward or mailto link starts with: recipients, subject, quoted text, signature and sender.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal } from '../../../../core/api/errors.ts';
import { desk, draft, file, nameless } from '../../../support/compose-desk.ts';

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
  test(`start: recipients of a reply: ${title}`, async () => {
    const { compose, receive } = desk();
    receive('INBOX/1', [...parent, ...fields, ...body]);
    const one = await compose['compose.start']({ kind: 'reply', id: 'INBOX/1' });
    const many = await compose['compose.start']({ kind: 'reply-all', id: 'INBOX/1' });
    assert.deepEqual([one.to, one.cc, many.to, many.cc], [reply, '', all, cc]);
  });
}

const appendixA: readonly (readonly [string, string[], string, string])[] = [
  [
    'A.1.2',
    [
      'From: "Joe Q. Public" <john.q.public@example.com>',
      'To: Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>',
      'Cc: <boss@nil.test>, "Giant; \\"Big\\" Box" <sysservices@example.net>',
    ],
    '"Joe Q. Public" <john.q.public@example.com>, Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>',
    'boss@nil.test, "Giant; \\"Big\\" Box" <sysservices@example.net>',
  ],
  [
    'A.1.3',
    [
      'From: Pete <pete@silly.example>',
      'To: A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;',
      'Cc: Undisclosed recipients:;',
    ],
    'Pete <pete@silly.example>, Ed Jones <c@a.test>, joe@where.test, John <jdoe@one.test>',
    '',
  ],
  [
    'A.5',
    [
      'From: Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>',
      "To:A Group(Some people)\n     :Chris Jones <c@(Chris's host.)public.example>,\n         joe@example.org,",
      '  John <jdoe@one.test> (my dear friend); (the end of the group)',
      'Cc:(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;',
    ],
    'Pete <pete@silly.test>, Chris Jones <c@public.example>, joe@example.org, John <jdoe@one.test>',
    '',
  ],
  [
    'A.6.1',
    [
      'From: Joe Q. Public <john.q.public@example.com>',
      'To: Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example',
    ],
    '"Joe Q. Public" <john.q.public@example.com>, Mary Smith <mary@example.net>, jdoe@test.example',
    '',
  ],
  ['a quoted local part', ['From: "jane doe"@x.test', 'To: "a@b"@y.test'], '"jane doe"@x.test, "a@b"@y.test', ''],
];
for (const [section, fields, to, cc] of appendixA) {
  test(`start: a reply to all of RFC 5322, ${section} → their addresses, and these can be sent to`, async () => {
    const { compose, receive, queued } = desk();
    receive('INBOX/1', [...fields, 'Subject: x', '', 'hi']);
    const reply = await compose['compose.start']({ kind: 'reply-all', id: 'INBOX/1' });
    assert.deepEqual([reply.to.replace('Joe Q. Public <', '"Joe Q. Public" <'), reply.cc], [to, cc]);
    assert.equal((await compose['compose.send'](reply)).kind, 'queued');
    assert.equal(queued[0]?.envelope.recipients.length, [...`${to}${cc}`.matchAll(/@[a-z]+\./g)].length);
  });
}

const names = {
  assigned: [
    { name: 'ines', wild: false, own: true },
    { name: 'ines-', wild: true, own: true },
    { name: 'ines-smith', wild: false, own: false },
    { name: 'ines-smith-', wild: true, own: false },
    { name: 'sales', wild: false, own: true },
  ],
  accounts: [],
};

test('start: a reply to all → no own address of any kind; another user’s with the same beginning gets it', async () => {
  const { compose, receive } = desk({ names });
  const to =
    'ines@boat.example, INES-Shop@here.example, sales@here.example, x@virtual.example, ines-smith@here.example';
  receive('INBOX/1', [...parent, `To: ${to}`, 'Cc: ines-smith-a@here.example, ines-smithy@here.example', '', 'hi']);
  const reply = await compose['compose.start']({ kind: 'reply-all', id: 'INBOX/1' });
  assert.deepEqual([reply.to, reply.cc], ['Tomás <t@x.example>, ines-smith@here.example', 'ines-smith-a@here.example']);
});

test('start: the machine’s account ines-smith, where nothing is assigned → not the owner’s', async () => {
  const { compose, receive } = desk({ names: { assigned: [], accounts: ['ines-smith'] } });
  receive('INBOX/1', [
    ...parent,
    'To: ines-shop@here.example, ines-smith@here.example, ines-smith-x@here.example',
    '',
    'hi',
  ]);
  const reply = await compose['compose.start']({ kind: 'reply-all', id: 'INBOX/1' });
  assert.equal(reply.to, 'Tomás <t@x.example>, ines-smith@here.example, ines-smith-x@here.example');
});

const writers: readonly (readonly [what: string, fields: string[], from: string])[] = [
  ['the usual address', ['From: t@x.example', 'To: Ines@Here.example'], ''],
  ['an extension', ['From: t@x.example', 'To: o@x.example, ines-shop@here.example'], 'ines-shop@here.example'],
  ['an extension, in Cc', ['From: t@x.example', 'Cc: ines-shop@here.example'], 'ines-shop@here.example'],
  ['another domain', ['From: t@x.example', 'To: ines@boat.example'], 'ines@boat.example'],
  ['a virtual domain', ['From: t@x.example', 'To: info@virtual.example'], 'info@virtual.example'],
  [
    'a list',
    ['Delivered-To: ines-tide@here.example', 'From: t@x.example', 'To: tide@l.example'],
    'ines-tide@here.example',
  ],
  [
    'a list, by a virtual domain',
    ['Delivered-To: ines-v-tide@virtual.example', 'To: l@l.example'],
    'tide@virtual.example',
  ],
  ['others only', ['From: t@x.example', 'To: ines-smith@here.example'], ''],
  ['it is own mail', ['From: ines-shop@here.example', 'To: ines-other@here.example'], 'ines-shop@here.example'],
];
for (const [what, fields, from] of writers) {
  test(`start: who answers what was written to ${what} → ${from || 'the usual address'}`, async () => {
    const { compose, receive, queued } = desk({ names });
    receive('INBOX/1', [...fields, '', 'hi']);
    const reply = await compose['compose.start']({ kind: 'reply', id: 'INBOX/1' });
    assert.equal(reply.from, from);
    await compose['compose.send']({ ...reply, to: 't@x.example' });
    const sender = from || 'ines@here.example';
    assert.equal(queued[0]?.envelope.sender, sender);
    assert.match(String(queued[0]?.raw), new RegExp(`^From: =\\?UTF-8\\?Q\\?In=C3=A9s_Maro\\?= <${sender}>$`, 'm'));
  });
}

test('senders: usual, other domains, assigned, rules, virtual domains, what mail was written to → all own, each once', async () => {
  const { compose } = desk({
    names,
    rules: ['', '-shop', '-lists-default', '-v-info', '-x:y'],
    addressees: ['t@x.example', 'INES-Shop@here.example', 'ines-tide@boat.example', 'ines-smith@here.example'],
  });
  assert.deepEqual(await compose['compose.senders']({}), [
    'ines@here.example',
    'ines@boat.example',
    'sales@here.example',
    'ines-shop@here.example',
    'ines-v-info@here.example',
    'ines-x.y@here.example',
    'info@virtual.example',
    'ines-tide@boat.example',
  ]);
});

for (const [id, answered] of [
  ['<has space@x.test> (comment)', '<has space@x.test>'],
  ['<1234   @   local(blah)  .machine .example>', '<1234@local.machine.example>'],
  ['bare@x.test', '<bare@x.test>'],
  ['<"a b"@x.test>', '<"a b"@x.test>'],
] as const) {
  test(`send: a reply to a message called ${id} → names it, also after the draft was saved and opened`, async () => {
    const { compose, receive, queued, messages } = desk();
    receive('INBOX/1', [...parent, `Message-ID: ${id}`, 'References: (no) <first@x.test>', '', 'hi']);
    const reply = await compose['compose.start']({ kind: 'reply', id: 'INBOX/1' });
    const saved = await compose['compose.save'](reply);
    messages.delete('INBOX/1');
    await compose['compose.send'](await compose['compose.open'](saved));
    const raw = `\n${queued[0]?.raw}`;
    assert.ok(raw.includes(`\nIn-Reply-To: ${answered}\n`), raw);
    assert.ok(raw.includes(`\nReferences: <first@x.test>\n ${answered}\n`), raw);
  });
}

test('start: a reply to own mail → to its recipients', async () => {
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
  await assert.rejects(compose['compose.start']({ kind: 'mailto', url: 'file:///etc/passwd' }), { kind: 'invalid' });
});

test('start: a message that is gone → says so', async () => {
  const { compose } = desk();
  await assert.rejects(
    compose['compose.start']({ kind: 'reply', id: 'INBOX/7' }),
    refusal('message-gone', { mailbox: 'INBOX' }),
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
    const refused = refusal('message-not-parsed', { why: problem });
    await assert.rejects(compose['compose.start']({ kind: 'reply', id: 'INBOX/1' }), refused);
    await assert.rejects(compose['compose.start']({ kind: 'forward', id: 'INBOX/1' }), refused);
    await assert.rejects(compose['compose.open']({ id: 'Drafts/1' }), refused);
  }
});

test('start: a text of megabytes → its beginning is quoted, and a line that says so', async () => {
  const { compose, messages } = desk();
  messages.set('INBOX/1', Buffer.from(`${parent.join('\n')}\n\n${'word\n'.repeat(400_000)}`));
  const { text } = await compose['compose.start']({ kind: 'reply', id: 'INBOX/1' });
  assert.match(text.slice(-80), /> \[The text is cut: it has 2000000 characters\.\]\n$/);
});
