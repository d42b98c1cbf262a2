// Valid messages: postal-mime, another parser, agrees about every one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { textOfHtml } from '../../../../core/message/body/html-text.ts';
import { type TextForms, takeApart } from '../../../../core/message/body/mime.ts';
import { htmlText } from '../../../../core/message/body/text-forms.ts';

const encoded = fc.constantFrom(
  '7bit\n\nplain\r\ntext\n--not a line\n',
  '7bit\n\n',
  'quoted-printable\n\ncaf=C3=A9 =\nau=20lait\r\n\n',
  'base64\n\nw6R1c3Nlcmxp\nY2g=\n',
  '8bit\n\n<p>\xc3\xa4</p>',
);
const type = fc.constantFrom(
  'text/plain; charset=utf-8',
  'text/html; charset=utf-8',
  'text/plain; format=flowed',
  'text/plain; name="a;b.txt"\nContent-Disposition: attachment',
  'image/png\nContent-ID: <i@x>',
  "application/pdf; name*0*=utf-8''%C3%A9; name*1=.pdf",
  'message/rfc822',
  'text/calendar; method=request',
);
const leaf = fc.tuple(type, encoded).map(([kind, rest]) => `Content-Type: ${kind}\nContent-Transfer-Encoding: ${rest}`);

function multipart(kind: string, boundary: string, inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .array(inner, { maxLength: 4 })
    .map(
      parts =>
        `Content-Type: multipart/${kind}; boundary=${boundary}\n\npreamble\n--${boundary}\n${parts.join(`\n--${boundary}\n`)}\n--${boundary}--\n`,
    );
}

const message = fc.oneof(
  leaf,
  multipart('mixed', 'm', fc.oneof(leaf, multipart('alternative', 'a', leaf))),
  multipart('related', 'r', leaf),
);
const header = 'From: a@x.example\nSubject: =?utf-8?Q?=C3=A9?=\n folded\n';

test('takeApart: messages of all shapes → the same as postal-mime', async () => {
  await fc.assert(
    fc.asyncProperty(message, fc.boolean(), async (text, crlf) => {
      const lf = header + text;
      const raw = Buffer.from(crlf ? lf.replace(/\r?\n/g, '\r\n') : lf, 'latin1');
      const email = await PostalMime.parse(raw, { forceRfc822Attachments: true });
      const found = takeApart(raw);
      assert.ok(found.ok);
      // It gives the line end in front of a delimiter to the part, and makes text of HTML in its own way.
      const lines = (words = '') => words.split(/\s+/).join(' ').trim();
      const plain = found.texts.map(forms => forms.plain ?? textOfHtml(forms.html ?? '')).join('\n');
      assert.equal(lines(plain), lines(email.text ?? textOfHtml(email.html ?? '')));
      const html = (forms: TextForms) => (forms.html ?? '') !== '';
      if (found.texts.every(html))
        assert.equal(
          lines(htmlText(found.texts, { length: 1e6, tags: 1e6, depth: 1e6, attributes: 1e6 }).html),
          lines(email.html),
        );
      const trimmed = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1').trimEnd();
      assert.deepEqual(
        found.files.map(({ name, type, contentId, bytes }) => [name, type, contentId, trimmed(bytes)]),
        email.attachments.map(({ filename, mimeType, contentId = '', content }) => [
          filename ?? '',
          mimeType,
          contentId.replace(/^<|>$/g, ''),
          trimmed(new Uint8Array(content as ArrayBuffer)),
        ]),
      );
    }),
    { numRuns: 300 },
  );
});

test('takeApart: long bodies, with and without line ends → no byte more or less', () => {
  const lines = `${'x'.repeat(70)}\n`.repeat(5000);
  for (const text of [lines, `${lines}end`, 'y'.repeat(300_000), `${'y'.repeat(300_000)}\n`, `\n${lines}\n\n`]) {
    const found = takeApart(Buffer.from(`Content-Type: text/plain\n\n${text}`));
    assert.ok(found.ok);
    assert.equal(found.texts[0]?.plain, text);
  }
});

const textPart = (text: string): string => `--x\nContent-Type: text/plain\n\n${text}\n`;
const mixed = (texts: readonly string[]): Buffer =>
  Buffer.from(`Content-Type: multipart/mixed; boundary=x\n\n${texts.map(textPart).join('')}--x--\n`);

test('takeApart: uuencoded files in many texts → a hundred of the message are taken out, the others stay text', () => {
  const found = takeApart(mixed(Array(60).fill('begin 644 a\n!!\nend\nbegin 644 b\n!!\nend\n')));
  assert.ok(found.ok);
  assert.equal(found.files.length, 100);
  assert.equal(
    found.texts
      .map(({ plain }) => plain)
      .join('')
      .match(/^begin /gm)?.length,
    20,
  );
});

test('takeApart: more lines than can be shown, in many texts → a problem; as many as can be → none', () => {
  const lines = (count: number): string => '\n'.repeat(count);
  assert.equal(takeApart(mixed([lines(200_000), lines(200_000), lines(40_000)])).ok, true);
  const found = takeApart(mixed([lines(200_000), lines(200_000), lines(60_000)]));
  assert.equal(found.ok ? '' : found.problem, 'its text has too many lines');
});

test('takeApart: more lines than can be shown, however their ends are written → a problem', () => {
  const text = (header: string, body: string) => takeApart(Buffer.from(`${header}\n\n${body}`, 'latin1'));
  const many = 450_001;
  const type = 'Content-Type: text/plain; charset=';
  for (const [what, found] of [
    ['CR', text('', 'a\r'.repeat(many))],
    ['CR LF', text('', 'a\r\n'.repeat(many))],
    ['UTF-7', text(`${type}utf-7`, '+AAo-'.repeat(many))],
    ['UTF-16', text(`${type}utf-16le`, 'a\0\r\0'.repeat(many))],
    ['quoted-printable', text('Content-Transfer-Encoding: quoted-printable', '=0D'.repeat(many))],
    ['HTML', text('Content-Type: text/html', '\r'.repeat(many))],
  ] as const) {
    assert.equal(found.ok ? '' : found.problem, 'its text has too many lines', what);
  }
  assert.equal(text('', 'a\r\n'.repeat(449_999)).ok, true, 'a line end of two letters is one');
});
