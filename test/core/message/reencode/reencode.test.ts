// Messages that are encoded for servers without 8BITMIME, or because of long lines: decoded again they are the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findParts, type Part } from '../../../../core/message/body/structure.ts';
import { decodeTransfer } from '../../../../core/message/encodings/transfer.ts';
import { hasUtf8Address } from '../../../../core/message/header/utf8-addresses.ts';
import { planReencoding, type Target } from '../../../../core/message/reencode/plan.ts';
import { reencoded } from '../../../../core/message/reencode/reencode.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

/** The message as it is sent, a byte string; or why it cannot be. */
async function encode(raw: Buffer, target: Target = '7bit', pieces: readonly Buffer[] = [raw]): Promise<string> {
  const plan = await planReencoding(pieces, target);
  if (plan.kind === 'impossible') return plan.why;
  const out: Buffer[] = [];
  for await (const piece of reencoded(pieces, plan)) out.push(piece);
  return Buffer.concat(out).toString('latin1');
}

function cut(raw: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(raw.subarray(at, at + size));
    at += size;
  }
  return [...pieces, raw.subarray(at)];
}

const mime = 'MIME-Version: 1.0\n';
const long = 'x'.repeat(999);

const table: [what: string, text: string, sent: string, target?: Target][] = [
  [
    'text without any field → MIME, and the charset that it can only have',
    'Subject: t\n\nGr\xc3\xbc\xc3\x9fe = so, wie es sich geh\xc3\xb6rt, und noch mehr\n',
    `Subject: t\n${mime}Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe =3D so, wie es sich geh=C3=B6rt, und noch mehr\n`,
  ],
  [
    'text of an unknown charset → unknown-8bit',
    'Subject: t\n\nsch\xf6n, dass es noch geht\n',
    `Subject: t\n${mime}Content-Type: text/plain; charset=unknown-8bit\nContent-Transfer-Encoding: quoted-printable\n\nsch=F6n, dass es noch geht\n`,
  ],
  [
    '8bit → quoted-printable in its place; blanks at the end of lines stay',
    `${mime}Content-Transfer-Encoding: 8bit\nContent-Type: text/plain; charset=latin1\n\n\xe4 is a letter \nand so on\t\n`,
    `${mime}Content-Transfer-Encoding: quoted-printable\nContent-Type: text/plain; charset=latin1\n\n=E4 is a letter=20\nand so on=09\n`,
  ],
  [
    'text that is mostly not ASCII → base64',
    `${mime}Content-Type: text/plain; charset=koi8-r\n\n\xf0\xd2\xc9\xd7\xc5\xd4\n`,
    `${mime}Content-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: base64\n\n8NLJ18XUDQo=\n`,
  ],
  [
    'a multipart → only the part that needs it, and 8bit is 7bit',
    `${mime}Content-Type: multipart/mixed; boundary="a b"\nContent-Transfer-Encoding: 8bit\n\npr\xe4\n--a b\n\nplain\n--a b  \nContent-Type: text/html\n\n<p>\xe4 and more text</p>\n--a b--\n\xe4\n`,
    `${mime}Content-Type: multipart/mixed; boundary="a b"\nContent-Transfer-Encoding: 7bit\n\npr?\n--a b\n\nplain\n--a b  \nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<p>=E4 and more text</p>\n--a b--\n?\n`,
  ],
  [
    'data before a delimiter → base64, the line end before the delimiter is not part of it',
    `${mime}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/x\nContent-Transfer-Encoding: binary\n\n\xff\xfe\n\n--b--\n`,
    `${mime}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/x\nContent-Transfer-Encoding: base64\n\n//4NCg==\n--b--\n`,
  ],
  [
    'a message in the message → its text is encoded, it is not',
    `${mime}Content-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\nSubject: in\nDKIM-Signature: of another\nContent-Type: text/plain\n\n\xe4 and more text\n`,
    `${mime}Content-Type: message/rfc822\nContent-Transfer-Encoding: 7bit\n\nSubject: in\nDKIM-Signature: of another\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n=E4 and more text\n`,
  ],
  ['signed by a domain → not', `DKIM-Signature: v=1\n${mime}\n\xe4\n`, 'signed'],
  ['signed, but ASCII → as it is', 'DKIM-Signature: v=1\n\nhello\n', 'DKIM-Signature: v=1\n\nhello\n'],
  [
    'multipart/signed → not',
    `${mime}Content-Type: multipart/signed; boundary=b\n\n--b\n\n\xe4\n--b\nContent-Type: application/pgp-signature\n\nx\n--b--\n`,
    'signed',
  ],
  [
    'multipart/signed and another part → only the other part',
    `${mime}Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/signed; boundary=b\n\n--b\n\nx\n--b--\n--a\nContent-Type: text/plain\n\n\xe4 and more text\n--a--\n`,
    `${mime}Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/signed; boundary=b\n\n--b\n\nx\n--b--\n--a\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n=E4 and more text\n--a--\n`,
  ],
  ['8-bit letters in the header → not', 'Subject: \xc3\xa4\n\n\xe4\n', 'header'],
  ['a multipart without a boundary → not', `${mime}Content-Type: multipart/mixed\n\n\xe4\n`, 'structure'],
  ['a line in the header that is no field → not', 'Subject: t\nno field\n\n\xe4\n', 'structure'],
  ['uuencoded, with an 8-bit letter → not', `${mime}Content-Transfer-Encoding: x-uuencode\n\n\xe4\n`, 'structure'],
  [
    'base64 in one line → wrapped',
    `${mime}Content-Transfer-Encoding: base64\n\n${'QUJD'.repeat(250)}\n`,
    `${mime}Content-Transfer-Encoding: base64\n\n${`${'QUJD'.repeat(19)}\n`.repeat(13)}${'QUJD'.repeat(3)}\n`,
    'short lines',
  ],
  [
    'quoted-printable in one line → wrapped between its escapes',
    `${mime}Content-Transfer-Encoding: quoted-printable\n\n${'=C3=A4'.repeat(200)}\n`,
    `${mime}Content-Transfer-Encoding: quoted-printable\n\n${`${'=C3=A4'.repeat(12)}=C3=\n=A4${'=C3=A4'.repeat(12)}=\n`.repeat(8)}\n`.replace(
      /=\n\n$/,
      '\n',
    ),
    'short lines',
  ],
  [
    'long lines, 8-bit letters in another part → those stay',
    `${mime}Content-Type: multipart/mixed; boundary=a\nContent-Transfer-Encoding: 8bit\n\n--a\n\n\xe4\n--a\n\n${long}\n--a--\n`,
    `${mime}Content-Type: multipart/mixed; boundary=a\nContent-Transfer-Encoding: 8bit\n\n--a\n\n\xe4\n--a\nContent-Transfer-Encoding: quoted-printable\n\n${`${'x'.repeat(75)}=\n`.repeat(13)}${'x'.repeat(24)}\n--a--\n`,
    'short lines',
  ],
];

for (const [what, text, sent, target] of table) {
  test(`encode: ${what}`, async () => {
    assert.equal(await encode(bytes(text), target), sent);
  });
}

/** The leaves, decoded, with LF line ends: what they are, and what is in them. */
function contents(raw: Buffer): string[] {
  const leaves = (part: Part): Part[] => (part.children.length > 0 ? part.children.flatMap(leaves) : [part]);
  return leaves(findParts(raw).root).map(({ bodyStart, bodyEnd, kind, encoding }) => {
    const content = Buffer.from(decodeTransfer(raw.subarray(bodyStart, bodyEnd), encoding)).toString('latin1');
    return `${kind}: ${content.replaceAll('\r\n', '\n').replaceAll('\r', '\n')}`;
  });
}

const content = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        '\r\n',
        '=',
        ' ',
        '\t',
        '.',
        '--',
        '--b',
        'From ',
        '\0',
        '\xff',
        'x'.repeat(999),
        '\xc3\xa4',
      ),
      fc.string({ maxLength: 90 }).map(text => text.replaceAll('--', '-')),
      fc.uint8Array({ maxLength: 60 }).map(raw => Buffer.from(raw).toString('latin1').replaceAll('--', '-')),
    ),
    { maxLength: 12 },
  )
  .map(pieces => pieces.join(''))
  .filter(text => !text.includes('\r\r'));
const leaf = fc
  .tuple(fc.constantFrom('text/plain', 'text/html; charset=utf-8', 'image/png', 'application/json'), content)
  .map(([type, text]) => ({ head: `Content-Type: ${type}\n`, body: text }));
const { node } = fc.letrec<{ node: { head: string; body: string } }>(tie => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.tuple(fc.array(tie('node'), { minLength: 1, maxLength: 3 }), fc.nat(1e9)).map(([parts, n]) => ({
      head: `Content-Type: multipart/mixed; boundary=n${n}\nContent-Transfer-Encoding: 8bit\n`,
      body: `${parts.map(({ head, body }) => `--n${n}\n${head}\n${body}\n`).join('')}--n${n}--`,
    })),
  ),
}));
const message = node.map(({ head, body }) => bytes(`${mime}${head}\n${body}\n`));
const isRegular = (text: string) =>
  [...text].every(letter => letter <= '\x7f') && text.split('\n').every(line => line.length <= 998);

test('encode: any message → ASCII, short lines, the same parts with the same content', async () => {
  await fc.assert(
    fc.asyncProperty(message, async raw => {
      const sent = await encode(raw);
      assert.ok(isRegular(sent));
      assert.deepEqual(contents(bytes(sent)), contents(raw));
      assert.equal(await encode(bytes(sent)), sent);
    }),
    { numRuns: 300 },
  );
});

test('encode: any message, cut into any pieces → the same bytes', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(message, sizes, async (raw, lengths) => {
      assert.equal(await encode(raw, '7bit', cut(raw, lengths)), await encode(raw));
    }),
    { numRuns: 200 },
  );
});

test('encode: any bytes → no exception, and ASCII if it can be done', async () => {
  const line = fc.constantFrom(
    'Content-Type: multipart/mixed; boundary=b',
    '--b',
    '--b--',
    '',
    '\xe4',
    'A: b',
    ' c',
    '\r',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(line, fc.string({ maxLength: 20 })), { maxLength: 30 }), async lines => {
      const sent = await encode(bytes(`${lines.join('\n')}\n`));
      assert.ok(/^[\0-\x7f]*$/.test(sent));
    }),
    { numRuns: 300 },
  );
});

test('encode: 40 MB in one line → in pieces, in time that grows with it', { timeout: 60_000 }, async () => {
  const head = bytes(`${mime}Content-Type: text/plain; charset=latin1\n\n`);
  const piece = bytes(`\xe4${'x'.repeat(65_535)}`);
  function* source() {
    yield head;
    for (let n = 0; n < 640; n++) yield piece;
    yield bytes('\n');
  }
  const plan = await planReencoding(source(), '7bit');
  assert.equal(plan.kind, 'possible');
  let largest = 0;
  let all = 0;
  if (plan.kind === 'possible') {
    for await (const { length } of reencoded(source(), plan)) {
      largest = Math.max(largest, length);
      all += length;
    }
  }
  assert.ok(largest < 300_000, `${largest}`);
  assert.ok(all > 640 * 65_536);
});

const addresses: [header: string, expected: boolean][] = [
  ['To: d\xc3\xb6mi@x\n', true],
  ['To: <joe@d\xc3\xb6m.example>\n', true],
  ['To: a@b,\n d\xc3\xb6mi@x\n', true],
  ['From: J\xc3\xb6rg <joerg@x>\n', false],
  ['From: "d\xc3\xb6@x" <joerg@x>\n', false],
  ['From: joerg@x (d\xc3\xb6@x)\n', false],
  ['Subject: d\xc3\xb6mi@x\n', false],
  ['To: d\xf6mi@x\n', false],
  ['To: a@b\n\nTo: d\xc3\xb6mi@x\n', false],
];

for (const [header, expected] of addresses) {
  test(`addresses: ${JSON.stringify(header)} → ${expected ? 'need' : 'do not need'} SMTPUTF8`, () => {
    assert.equal(hasUtf8Address(bytes(header)), expected);
  });
}
