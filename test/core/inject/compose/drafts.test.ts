// Drafts are saved as messages of the Maildir and opened again unchanged, also when other programs wrote or edited them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Draft } from '../../../../core/api/compose.ts';
import { refusal } from '../../../../core/api/errors.ts';
import { sortTypedList } from '../../../../core/inject/compose/typed-addresses.ts';
import { hostRewriter } from '../../../../core/message/header/rewrite.ts';
import { desk, draft, fieldsOf, file, hosts, nameless } from '../../../support/compose-desk.ts';

test('save and open: any draft, finished or not → the same draft', async () => {
  const { compose, messages } = desk();
  const list = fc.string({
    unit: fc.constantFrom('a', '@', '.', ',', ' ', '"', '<', '(', ':', ';', 'é', 'b.example', '=?utf-8?Q?x?='),
    maxLength: 60,
  });
  const subject = fc.string({ unit: fc.constantFrom('a', '"', ' ', 'é', 'b.example', '=?'), maxLength: 60 });
  const text = fc.string({
    unit: fc.constantFrom('a', 'é', ' ', '\n', '-- ', '>', '=', '漢', 'From '),
    maxLength: 400,
  });
  const files = fc.uniqueArray(
    fc
      .record({
        name: fc.constantFrom('a.txt', 'ü.png', 'letter.eml', '"quoted".x'),
        type: fc.constantFrom('text/plain', 'message/rfc822', 'image/png'),
        base64: fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes).toString('base64')),
      })
      .map(record => ({ ...record })),
    { maxLength: 3, selector: ({ name }) => name },
  );
  const source = fc.constantFrom(
    null,
    { id: 'INBOX/1', kind: 'reply' as const },
    { id: 'Ünï côde/1 2', kind: 'forward' as const },
  );
  const oneLine = (words: string): string => words.replace(/\s+/g, ' ').trim();
  // Whom a list names, and what is not an address yet, in the order in which a draft keeps them.
  const sorted = (typed: string) => {
    const { people, unfinished } = sortTypedList(typed, hostRewriter(hosts));
    const known = people.flatMap(({ name, address, guessedFrom }) =>
      guessedFrom === undefined ? [[oneLine(name), address]] : [],
    );
    const guesses = people.flatMap(({ guessedFrom }) => guessedFrom ?? []);
    return [...known, ...[...guesses, ...unfinished].map(oneLine)];
  };
  await fc.assert(
    fc.asyncProperty(
      fc.record({ to: list, cc: list, bcc: list, subject, text, files, source }),
      async ({ to, cc, bcc, subject, ...given }) => {
        const { id } = await compose['compose.save']({ ...draft, to, cc, bcc, subject, ...given });
        const opened = await compose['compose.open']({ id });
        const lists = (of: Draft) => [of.to, of.cc, of.bcc].map(sorted);
        assert.deepEqual(lists(opened), lists({ ...opened, to, cc, bcc }));
        assert.deepEqual(opened, { ...opened, id, subject: oneLine(subject), ...given });
        assert.doesNotMatch(messages.get(id)?.toString('latin1') ?? '', /\r|[^\n]{999}/);
      },
    ),
    { numRuns: 100 },
  );
});

test('save: Bcc recipients, complete or not → only in Bcc', async () => {
  const { compose, messages } = desk();
  const bcc = 'Secret <hidden@dark.example>, Half Hidden, "Dark" hidd';
  const { id } = await compose['compose.save']({ ...draft, to: 'a@b.example, Ines Mar', bcc, text: 'one' });
  const { Bcc, To, ...others } = fieldsOf(messages.get(id) ?? assert.fail());
  assert.deepEqual(
    [To, Bcc],
    ['a@b.example, "Ines Mar": ;', 'Secret <hidden@dark.example>, "Half Hidden": ;, =?UTF-8?B?IkRhcmsiIGhpZGQ=?=: ;'],
  );
  const decoded = Object.values(others).flatMap(value => [value, Buffer.from(value, 'base64').toString('latin1')]);
  assert.doesNotMatch(decoded.join(), /hid|secret|dark/i);
  assert.equal((await compose['compose.open']({ id })).bcc, bcc);
});

test('open: another program changed the draft → its fields and files are believed', async () => {
  const { compose, messages } = desk();
  const files = [file('a.txt', 'text/plain', 'aa'), file('b.png', 'image/png', 'bbb')];
  const { id } = await compose['compose.save']({ ...draft, to: 'old@b.example', subject: 'Old', text: 'x\n\n', files });
  const raw = (messages.get(id) ?? assert.fail()).toString('latin1');
  const changed = raw
    .replace('To: old@b.example', 'To: New <new@b.example>')
    .replace('Subject: Old', 'Subject: New')
    .replace(/\n--[^\n]*\nContent-Type: [^\n]*; name=a\.txt.*?(?=\n--)/s, '');
  messages.set(id, Buffer.from(changed, 'latin1'));
  const opened = await compose['compose.open']({ id });
  assert.deepEqual(nameless(opened), {
    ...draft,
    id,
    to: 'New <new@b.example>',
    subject: 'New',
    text: 'x\n\n',
    files: [files[1]],
  });
});

test('save: again → a new file, the old one gone; Bcc stays in the file, in plain sight', async () => {
  const { compose, messages, flags } = desk();
  const first = await compose['compose.save']({ ...draft, bcc: 'Secret <hidden@dark.example>', text: 'one' });
  const second = await compose['compose.save']({
    ...draft,
    id: first.id,
    bcc: 'Secret <hidden@dark.example>',
    text: 'two',
  });
  assert.deepEqual([...messages.keys()], [second.id]);
  assert.deepEqual(flags.get(second.id), ['D', 'S']);
  assert.equal(fieldsOf(messages.get(second.id) ?? assert.fail()).Bcc, 'Secret <hidden@dark.example>');
});

test('save: again → the new draft is added before the old one is removed; added nowhere, the old one stays', async () => {
  const failing: string[] = [];
  const { compose, messages, calls } = desk({ failing });
  const first = await compose['compose.save']({ ...draft, text: 'one' });
  const second = await compose['compose.save']({ ...draft, id: first.id, text: 'two' });
  assert.deepEqual(calls, [`add ${first.id}`, `add ${second.id}`, `remove ${first.id}`]);
  failing.push('add Drafts');
  await assert.rejects(compose['compose.save']({ ...draft, id: second.id, text: 'three' }));
  assert.deepEqual([...messages.keys()], [second.id]);
});

test('open: a draft of another program → its ordinary fields', async () => {
  const { compose, receive } = desk();
  receive('Drafts/9', [
    'To: =?utf-8?Q?In=C3=A9s?= <i@x.example>, t@x.example',
    'Bcc: b@x.example',
    'Subject: s',
    '',
    'text',
  ]);
  assert.deepEqual(nameless(await compose['compose.open']({ id: 'Drafts/9' })), {
    ...draft,
    id: 'Drafts/9',
    to: 'Inés <i@x.example>, t@x.example',
    bcc: 'b@x.example',
    subject: 's',
    text: 'text',
  });
});

test('open: another program’s draft that Waypost can keep completely → that draft is continued', async () => {
  const { compose, messages, receive } = desk();
  receive('Drafts/9', [
    'From: Inés at work <ines-work@here.example>',
    'Reply-To: crew@x.example',
    'To: undisclosed-recipients: ;',
    'Subject: s',
    'User-Agent: Other/1.0',
    'Content-Type: text/plain',
    '',
    'text',
  ]);
  const opened = await compose['compose.open']({ id: 'Drafts/9' });
  const from = 'Inés at work <ines-work@here.example>';
  const held = { from, replyTo: 'crew@x.example', to: 'undisclosed-recipients: ;', subject: 's', text: 'text' };
  assert.deepEqual(nameless(opened), { ...draft, ...held, id: 'Drafts/9' });
  const { id } = await compose['compose.save'](opened);
  assert.deepEqual([...messages.keys()], [id]);
  const { From, 'Reply-To': replyTo } = fieldsOf(messages.get(id) ?? assert.fail());
  assert.deepEqual([From, replyTo], ['=?UTF-8?Q?In=C3=A9s_at_work?= <ines-work@here.example>', 'crew@x.example']);
});

test('open: another program’s draft with more than Waypost keeps → a new message, the draft stays', async () => {
  const table: [fields: string[], formatting: boolean, named: string[]][] = [
    [['Content-Type: text/html', '', '<b>bold</b> words'], true, []],
    [
      [
        'Content-Type: multipart/alternative; boundary=b',
        '',
        '--b',
        '',
        'x',
        '--b',
        'Content-Type: text/html',
        '',
        'y',
        '--b--',
      ],
      true,
      [],
    ],
    [['Content-Type: multipart/signed; boundary=b', '', '--b', '', 'x', '--b--'], true, []],
    [['Sender: x@y.example', 'Importance: high', '', 'x'], false, ['Sender', 'Importance']],
    [['From: someone@else.example', '', 'x'], false, ['From']],
  ];
  for (const [lines, formatting, fields] of table) {
    const { compose, messages, queued, receive } = desk();
    receive('Drafts/9', ['To: a@b.example', 'In-Reply-To: <1@x>', ...lines]);
    const before = messages.get('Drafts/9');
    const opened = await compose['compose.open']({ id: 'Drafts/9' });
    assert.deepEqual([opened.id, opened.kept], [null, { id: 'Drafts/9', formatting, fields }]);
    const { id } = await compose['compose.save']({ ...opened, text: 'other words' });
    await compose['compose.send']({ ...opened, id, text: 'other words' });
    assert.equal(messages.get('Drafts/9'), before);
    assert.equal(fieldsOf(queued[0]?.raw ?? assert.fail())['In-Reply-To'], '<1@x>');
  }
});

test('save: a name without a host → kept as it was typed, not completed', async () => {
  const { compose, messages } = desk();
  const { id } = await compose['compose.save']({ ...draft, to: 'jo, a@b.example' });
  assert.equal(fieldsOf(messages.get(id) ?? assert.fail()).To, 'a@b.example, "jo": ;');
  assert.equal((await compose['compose.open']({ id })).to, 'a@b.example, jo');
});

test('save, send: From that is not the owner’s → refused; one of theirs → in the message and the envelope', async () => {
  const { compose, queued } = desk();
  for (const from of [
    'evil@x.example',
    'tomas@here.example',
    'inesx@here.example',
    'a@here.example, ines@here.example',
  ]) {
    await assert.rejects(compose['compose.send']({ ...draft, from, to: 'a@b.example' }), { kind: 'invalid' });
  }
  for (const from of ['ines-shop@here.example', 'INES@boat.example', 'any@virtual.example']) {
    await compose['compose.send']({ ...draft, from, to: 'a@b.example' });
    assert.deepEqual(
      [fieldsOf(queued.at(-1)?.raw ?? assert.fail()).From, queued.at(-1)?.envelope.sender],
      [`=?UTF-8?Q?In=C3=A9s_Maro?= <${from}>`, from],
    );
  }
});

test('save: the file that it replaces is gone → kept as a new one, and said', async () => {
  const { compose, messages } = desk();
  const first = await compose['compose.save'](draft);
  assert.equal(first.missed, false);
  messages.delete(first.id);
  assert.equal((await compose['compose.save']({ ...draft, id: first.id })).missed, true);
  assert.equal(messages.size, 1);
});

test('discard, save, send: a message that is not a draft → refused, it is kept', async () => {
  const { compose, messages, receive } = desk();
  receive('INBOX/1', ['Subject: keep me', '', '']);
  const refused = refusal('not-a-draft', { id: 'INBOX/1' });
  await assert.rejects(compose['compose.discard']({ id: 'INBOX/1' }), refused);
  await assert.rejects(compose['compose.save']({ ...draft, id: 'INBOX/1' }), refused);
  await assert.rejects(compose['compose.send']({ ...draft, id: 'INBOX/1', to: 'a@b.example' }), refused);
  assert.deepEqual([...messages.keys()], ['INBOX/1']);
});

test('discard: a draft → gone', async () => {
  const { compose, messages } = desk();
  await compose['compose.discard'](await compose['compose.save'](draft));
  assert.equal(messages.size, 0);
});
