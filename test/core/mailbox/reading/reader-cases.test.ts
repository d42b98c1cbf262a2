// Messages that some program shows, lists, answers or forwards wrongly (test/fixtures/reader), with the right result.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readContent } from '../../../../core/mailbox/reading/read.ts';
import { summarise } from '../../../../core/mailbox/reading/summary.ts';

/** What the reader shows; what is left out is as in `usual`. */
interface Shown {
  readonly from?: string;
  readonly to?: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Name, type and size of each. */
  readonly files?: readonly string[];
  readonly clip?: boolean;
  readonly faults?: readonly RegExp[];
  readonly date?: string;
}

const usual = { from: 'ann@x.test', to: 'joe@a.test', files: [], clip: false, faults: [] };

const cases: Readonly<Record<string, Shown>> = {
  'atts.eml': {
    subject: 'files',
    text: 'see files',
    files: [
      'äöü.pdf application/pdf 13',
      'notes.txt text/plain 4',
      'inline.txt text/plain 16',
      'message-4.eml message/rfc822 208',
      'invitation-5.ics text/calendar 29',
    ],
    clip: true,
  },
  'bom.eml': { subject: 'bom', text: 'x\n' },
  'bounce.eml': {
    from: 'Mail Delivery System <MAILER-DAEMON@x.test>',
    subject: 'Undelivered',
    text: 'failed.',
    files: ['delivery-status-1.txt message/delivery-status 91', 'message-2.eml message/rfc822 60'],
    clip: true,
  },
  'comments.eml': {
    from: 'Pete <pete@silly.test>',
    to: 'Chris Jones <c@public.example>, joe@example.org, John <jdoe@one.test>',
    subject: 'rfc5322 a5',
    text: 'Testing.\n',
    date: '1969-02-14T03:02:00.000Z',
  },
  'date-ampm.eml': { from: 'a@b.test', to: '', subject: 'us date', text: 'x\n', date: '1970-01-01T00:00:00.000Z' },
  'date1900.eml': { from: 'a@b.test', to: '', subject: 'year 1900', text: 'x\n', date: '1900-01-01T00:00:00.000Z' },
  'datefuture.eml': { from: 'a@b.test', to: '', subject: 'year 9999', text: 'x\n', date: '9999-12-31T23:59:59.000Z' },
  'digest.eml': {
    subject: 'digest',
    text: '',
    files: ['message-1.eml message/rfc822 51', 'message-2.eml message/rfc822 42'],
    clip: true,
  },
  'empty.eml': { from: '', to: '', subject: '', text: '\n' },
  'emptysubjQ.eml': { from: 'a@b.test', to: '', subject: 'abc def', text: 'x\n' },
  'encname.eml': {
    from: 'Müller, Jörg <jm@x.test>',
    to: 'Joe <joe@a.test>, Böb@home <bob@x.test>',
    subject: 'encname',
    text: 'x\n',
  },
  'flowed.eml': {
    subject: 'flowed',
    text: [
      'This is a long paragraph that was flowed with delsp.',
      '> quoted text thatgoes on',
      '>> deeper',
      '>> end',
      'From stuffed',
      '-- ',
      'Sig\n',
    ].join('\n'),
  },
  'flowed2.eml': {
    subject: 'flowed2',
    text: [
      'This is a long paragraph.',
      '> quoted text that goes on',
      '>> deeper end',
      'From stuffed',
      '-- ',
      'Sig Two\n',
    ].join('\n'),
  },
  'flowed-quote.eml': {
    subject: 'flq',
    text: [
      '> first soft second',
      '>',
      '> - item one - item two',
      'plain soft',
      '> next is quoted',
      'Some text',
      '-- ',
      'Sig line\n',
    ].join('\n'),
  },
  'fname-raw8.eml': {
    to: '',
    subject: 'raw8 fn',
    text: 'x',
    files: [
      'résumé.pdf application/pdf 3',
      'ä.pdf application/pdf 3',
      'part one and two.pdf application/pdf 3',
      'enc word.pdf application/pdf 3',
      'evil .exe application/pdf 3',
      'fdp.exe application/pdf 3',
    ],
    clip: true,
  },
  'folded.eml': { subject: 'folded subject continued', text: 'x\n' },
  'html.eml': {
    subject: 'html only',
    text: 'Hello Joe\n\n> old\n\n- a\n\nä link <https://e.test/>',
    html: '<p>Hello <b>Joe</b></p><blockquote>old</blockquote><ul><li>a</li></ul><p>ä <a href="https://e.test/">link</a></p>\n',
  },
  'inline-file.eml': {
    subject: 'inl',
    text: 'see patch',
    files: ['fix.patch text/plain 15', 'report.html text/html 15'],
    clip: true,
  },
  'listpost.eml': { from: 'Ann <ann@x.test>', to: 'list@lists.test', subject: 'listpost', text: 'body\n' },
  'metahtml.eml': {
    subject: 'meta',
    text: 'Привет',
    html: '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head><body>Привет</body></html>\n',
  },
  'mft.eml': { from: 'Ann <ann@x.test>', to: 'list@lists.test', subject: 'mft', text: 'body\n' },
  'mid2.eml': { subject: 'odd mid', text: 'x\n' },
  'noboundary.eml': {
    subject: 'nob',
    text: 'The text of the message.',
    faults: [/divided by lines “--AAA”, but there is none: lines “--BBB” are taken for that/],
  },
  'nofrom.eml': { from: '', subject: 'nofrom', text: 'x\n' },
  'nomid.eml': { subject: 'no mid', text: 'x\n' },
  'obsolete.eml': {
    from: 'Joe Q. Public <john.q.public@example.com>',
    to: 'Mary Smith <mary@example.net>, jdoe@test.example',
    subject: 'rfc5322 a61',
    text: 'Hi everyone.\n',
  },
  'ownmail.eml': { from: 'Joe <joe@a.test>', to: 'Zed <zed@x.test>', subject: 'own', text: 'body\n' },
  'ownreplyto.eml': { from: 'Joe <joe@a.test>', to: 'Zed <zed@x.test>', subject: 'own with reply-to', text: 'body\n' },
  'qquoted.eml': { from: 'Doe, Jane "JD" <jane doe@x.test>', subject: 'äöü✓', text: 'Привет тес' },
  'refs.eml': { subject: 'long '.repeat(60).trim(), text: 'x\n' },
  'replyto.eml': { from: 'Ann <ann@x.test>', subject: 'Re: RE: Aw: hello', text: 'line one\n> quoted\n\n-- \nsig\n' },
  'twofrom.eml': { from: 'real@x.test', subject: 'one', text: 'x\n' },
  'unlab-latin1.eml': { subject: 'unlab', text: 'Grüße, café\n' },
  'unlab-utf8.eml': { subject: 'u8', text: 'Grüße\n' },
  'uu-cte.eml': { subject: 'uu', text: 'see pic', files: ['pic.png image/png 264'], clip: true },
  'uu-inline.eml': {
    subject: 'uu2',
    text: 'Here is the picture:\n\n',
    files: ['pic.png application/octet-stream 264'],
    clip: true,
  },
  'wsp-line.eml': {
    subject: 'wsp',
    text: 'The text of the message.\n\nSecond paragraph.\n',
    faults: [/header of this message does not end with an empty line/],
  },
};

const folder = join(import.meta.dirname, '../../../fixtures/reader');

test('reader: every case → what it says, the same in list and reader', () => {
  assert.deepEqual(readdirSync(folder).sort(), Object.keys(cases).sort());
  for (const [name, { faults = [], html, date, ...right }] of Object.entries(cases)) {
    const raw = readFileSync(join(folder, name));
    const row = summarise(raw, { sizeBytes: raw.length, timeMs: 0 });
    const shown = readContent(raw, raw.length);
    const people = (list: readonly { name: string; address: string }[]) =>
      list.map(person => (person.name ? `${person.name} <${person.address}>` : person.address)).join(', ');
    assert.deepEqual(
      {
        from: people([shown.from]),
        to: people(shown.to),
        subject: shown.subject,
        text: shown.text,
        files: shown.files.map(file => `${file.name} ${file.type} ${file.sizeBytes}`),
        clip: shown.attachments,
        faults: shown.faults.length,
      },
      { ...usual, ...right, faults: faults.length },
      name,
    );
    assert.equal(shown.html, html ?? null, name);
    for (const [index, fault] of faults.entries()) assert.match(shown.faults[index] ?? '', fault, name);
    if (date !== undefined) assert.equal(new Date(row.dateMs).toISOString(), date, name);
    const { from, to, subject, attachments } = shown;
    assert.deepEqual({ from, to, subject, attachments }, pick(row), name);
    const words = shown.text.split('\n').filter(line => !line.startsWith('>'));
    assert.equal(row.preview, words.join(' ').replace(/\s+/g, ' ').trim().slice(0, 140), name);
  }
});

function pick({ from, to, subject, attachments }: ReturnType<typeof summarise>) {
  return { from, to, subject, attachments };
}
