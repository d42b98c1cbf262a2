// ofmipd in dialogue with a client. Replies and messages were compared with mess822's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readOfmipNames } from '../../../../core/inject/ofmipd/ofmip-names.ts';
import { ofmipd } from '../../../../core/inject/ofmipd/ofmipd.ts';
import { cdbInMemory } from '../../../../core/lib/disk/cdb.ts';
import { encodeCdb } from '../../../../core/lib/disk/cdb-writer.ts';
import { readRewriteRules, usualRewriteLines } from '../../../../core/message/header/rewrite-rules.ts';
import type { Accepted } from '../../../../core/paper-path/shapes.ts';
import { refusal } from '../../../../core/queue/qq-codes.ts';
import { bytesOf } from '../../../support/bytes-of.ts';

const hosts = { defaultHost: 'dhost', defaultDomain: 'def.example', plusDomain: 'plus.example' };
const names = encodeCdb(
  readOfmipNames('joe@sun.af.mil:Joe Shmoe:J.Shmoe@sun.af.mil:\n# no: x: y:\nbad:x\nan@x.y::b@x.y:more'),
);

interface Talk {
  readonly code: number;
  readonly replies: readonly string[];
  /** Envelopes, NULs as |, and messages. */
  readonly queued: readonly (readonly [string, string])[];
}

async function talk(input: Iterable<Uint8Array>, answer?: Accepted): Promise<Talk> {
  const replies: string[] = [];
  const queued: [string, string][] = [];
  const code = await ofmipd({
    input: (async function* () {
      yield* input;
    })(),
    reply: line => void replies.push(line),
    environment: { TCPREMOTEINFO: 'a(b', TCPREMOTEIP: '1.2.3.4' },
    rules: readRewriteRules(usualRewriteLines(hosts)),
    idHost: 'id.example',
    names: cdbInMemory(names),
    accept: async (source, { sender, recipients }) => {
      if (answer && !answer.ok) return answer;
      const text = (await bytesOf(source)).toString('latin1');
      queued.push([`F${sender}|${recipients.map(recipient => `T${recipient}|`).join('')}|`, text]);
      return { ok: true, id: 1, qp: 2 };
    },
    nowMs: () => Date.UTC(1995, 8, 26, 4, 46, 53),
    pid: 20487,
  });
  return { code, replies, queued };
}

const say = (text: string) => [Buffer.from(text, 'latin1')];
const received = 'Received: (ofmipd a?b@1.2.3.4); 26 Sep 1995 04:46:53 -0000\n';
const date = 'Date: 26 Sep 1995 04:46:53 -0000\n';

test('ofmipd: a dialogue → replies of its own dialect', async () => {
  const lines = [
    'HELO x\r\nDATA\nMAIL FROM:<>\nDATA\nRCPT TO:<a',
    `@b>\r\nRCPT TO:<${'x'.repeat(900)}>\r\nEHLO x\r\nRCPT TO:<a>\r\nRSET\r\nFOO ${'y'.repeat(200_000)}\r\n`,
    'noop\r\nVRFY a\r\nHELP\r\n\r\nQuit\r\nNOOP\r\n',
  ];
  assert.deepEqual(await talk(lines.map(text => Buffer.from(text))), {
    code: 0,
    replies: [
      '220 ofmipd.local ESMTP',
      '250 ofmipd.local',
      '503 MAIL first (#5.5.1)',
      '250 ok',
      '503 RCPT first (#5.5.1)',
      '250 ok',
      '555 syntax error (#5.5.4)',
      '250-ofmipd.local',
      '250-PIPELINING',
      '250 8BITMIME',
      '503 MAIL first (#5.5.1)',
      '250 flushed',
      '502 unimplemented (#5.5.1)',
      '250 ok',
      "252 send some mail, i'll try my best",
      '214 this is ofmipd of Waypost: it takes new mail for everywhere',
      '502 unimplemented (#5.5.1)',
      '221 ofmipd.local',
    ],
    queued: [],
  });
});

test('ofmipd: a sender with a name in the database → its address and From (inject.md 15)', async () => {
  const { queued, replies } = await talk(
    say(
      'MAIL FROM:<joe@sun.af.mil>\r\nRCPT TO:<"a b">\r\nRCPT TO:<@x:u@h>\nDATA\r\nTo: u\r\nFrom: zz\r\nBcc: q\r\nReturn-Path: <r>\r\n\r\n..dot\r\nhi\r\n.\r\nQUIT\r\n',
    ),
  );
  assert.deepEqual(replies.slice(4), ['354 go ahead', '250 ok', '221 ofmipd.local']);
  assert.deepEqual(queued, [
    [
      'FJ.Shmoe@sun.af.mil|Ta b@dhost.def.example|Tu@h.def.example||',
      `${received}${date}Message-ID: <19950926044653.1.20487.qmail@id.example>\nFrom: "Joe Shmoe" <J.Shmoe@sun.af.mil>\nTo: u@dhost.def.example\n\n.dot\nhi\n`,
    ],
  ]);
});

test('ofmipd: several messages → numbers in Message-IDs; no header, no body', async () => {
  const envelope = 'MAIL FROM:<s>\r\nRCPT TO:<r@x.y>\r\nDATA\r\n';
  const { queued } = await talk(
    say(`${envelope}no header\r\n.\r\n${envelope}.\r\n${envelope}Message-ID: <1@2>\r\n.\r\n`),
  );
  const top = (id: string) =>
    `${received}${date}Message-ID: ${id}\nFrom: s@dhost.def.example\nCc: recipient list not shown: ;\n`;
  assert.deepEqual(
    queued.map(([, text]) => text),
    [
      `${top('<19950926044653.1.20487.qmail@id.example>')}\nno header\n`,
      top('<19950926044653.2.20487.qmail@id.example>'),
      top('<1@2>'),
    ],
  );
});

test('ofmipd: the client goes in the middle of a message → nothing queued, 1', async () => {
  const { code, queued } = await talk(say('MAIL FROM:<s>\r\nRCPT TO:<r@x.y>\r\nDATA\r\nTo: u\r\n\r\nhalf a mess'));
  assert.deepEqual([code, queued], [1, []]);
});

test('ofmipd: the queue refuses before the message is read → its text, and the session continues', async () => {
  const input = `MAIL FROM:<s>\r\nRCPT TO:<r@x.y>\r\nDATA\r\nTo: u\r\n\r\n${'line\r\n'.repeat(50_000)}.\r\nNOOP\r\nQUIT\r\n`;
  for (const [code, reply] of [
    [31, '554 mail server permanently rejected message (#5.3.0)'],
    [53, '451 qq write error or disk full (#4.3.0)'],
  ] as const) {
    const { replies } = await talk(say(input), refusal(code));
    assert.deepEqual(replies.slice(3), ['354 go ahead', reply, '250 ok', '221 ofmipd.local']);
  }
});

test('ofmipd: a line longer than a piece → its bytes, its dot only at its start', async () => {
  const long = `${'x'.repeat(65_536)}.${'y'.repeat(65_535)}\r.`;
  const { queued } = await talk(say(`MAIL FROM:<s>\r\nRCPT TO:<r@x.y>\r\nDATA\r\n\r\n.${long}\r\n.\r\n`));
  assert.ok(queued[0]?.[1].endsWith(`\n\n${long}\n`));
});

test('ofmipd: any bytes, in any pieces → known replies, an end', async () => {
  const parts = [
    'MAIL FROM:<a@b>\r\n',
    'RCPT TO:<c@d>\n',
    'DATA\r\n',
    '.\r\n',
    '\r',
    '\n',
    'To: x',
    ':',
    '..',
    '\0',
    'QUIT',
    ' ',
    '<',
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...parts), { maxLength: 30 }), async pieces => {
      const { code, replies } = await talk(pieces.map(text => Buffer.from(text)));
      assert.ok(code === 0 || code === 1);
      for (const reply of replies) assert.match(reply, /^(220|221|250|354|502|503|555) [ -~]+$/);
    }),
  );
});

test('readOfmipNames: lines → records; comments and broken lines say nothing', () => {
  const records = readOfmipNames('a@b:A B:c@d:rest\n#x:y:z:\n:n:e:\nno colons\nx:y\nx:y:z');
  assert.deepEqual(
    records.map(({ key, data }) => `${Buffer.from(key)}=${Buffer.from(data)}`),
    ['a@b=A B\0c@d', '=n\0e'],
  );
});
