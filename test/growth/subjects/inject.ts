// What core/inject reads: messages that are answered or continued, lists that were typed, links, headers of programs.
import type { Draft } from '../../../core/api/compose.ts';
import { buildDraft } from '../../../core/inject/compose/draft-file.ts';
import { encodeFlowed } from '../../../core/inject/compose/encode-flowed.ts';
import { parseMailto } from '../../../core/inject/compose/mailto.ts';
import { forwardDraft, replyDraft } from '../../../core/inject/compose/new-draft.ts';
import { parseOriginalMessage } from '../../../core/inject/compose/original-message.ts';
import { readDraft } from '../../../core/inject/compose/read-draft.ts';
import { readRecipients, readSender } from '../../../core/inject/compose/sender-and-recipients.ts';
import { threadAnswering, threadOf } from '../../../core/inject/compose/threading.ts';
import { formatPerson, parseTypedList, quotedAddress } from '../../../core/inject/compose/typed-addresses.ts';
import { readOfmipNames } from '../../../core/inject/ofmipd/ofmip-names.ts';
import { readEnvelopeRecords } from '../../../core/inject/programs/envelope-records.ts';
import { injectSettings } from '../../../core/inject/programs/inject-settings.ts';
import { newInjectMessage, parseNewInjectArguments } from '../../../core/inject/programs/new-inject.ts';
import { formatNormalHeader, readNormalHeader } from '../../../core/inject/programs/normal-header.ts';
import { injectMessage } from '../../../core/inject/programs/qmail-inject.ts';
import { hostRewriter } from '../../../core/message/header/rewrite.ts';
import { readRewriteRules, usualRewriteLines } from '../../../core/message/header/rewrite-rules.ts';
import { bytesOf } from '../../support/bytes-of.ts';
import { alone, type Frame, type Subject } from '../growth.ts';
import { fewRepeats } from '../repeats.ts';

const hosts = { defaultHost: 'dhost', defaultDomain: 'def.example', plusDomain: 'plus.example' };
const rewrite = hostRewriter(hosts);
const settings = injectSettings({ USER: 'joe' }, { ...hosts, idHost: 'id' }, ['a@b.def.example']);
const own = {
  user: 'joe',
  address: 'joe@a.example',
  locals: ['a.example'],
  identities: [],
  virtualDomains: [],
  assigned: [],
  accounts: [],
};
const rules = readRewriteRules(usualRewriteLines(hosts));
const moment = { nowMs: 0, pid: 1 };
const stamp = {
  from: { name: '', address: 'a@b.example' },
  dateMs: 0,
  messageId: '<1@b.example>',
  references: [],
  inReplyTo: undefined,
  boundary: 'b',
};

const emptyDraft: Draft = {
  ...{ id: null, messageId: '', from: '', replyTo: '', to: '', cc: '', bcc: '', subject: '', text: '' },
  ...{ files: [], source: null, kept: null },
};

const messages: readonly Frame[] = [
  ['From: ', ' x\n\ntext\n'],
  ['From: a@b.example\nSubject: re', 'x\n\ntext\n'],
  ['From: a@b.example\nDate: 1', 'x\n\ntext\n'],
  ['From: a@b.example\n\n', 'x\n'],
];

/** What is refused in words has been read. */
async function orRefused(read: () => Promise<unknown>): Promise<unknown> {
  return read().catch((error: unknown) => error);
}

function raw(bytes: string): Buffer {
  return Buffer.from(bytes, 'latin1');
}

async function answer(bytes: string): Promise<unknown> {
  const original = parseOriginalMessage(raw(bytes));
  return [
    replyDraft('INBOX/1', original, true, own, { signature: 'me', answers: 'above' }),
    forwardDraft('INBOX/1', original, 'me'),
  ];
}

async function injected(bytes: string): Promise<unknown> {
  const options = { print: true, recipientsFrom: 'header', sender: undefined, recipients: [] } as const;
  const result = await injectMessage([raw(bytes)], options, settings, moment);
  return result.ok && bytesOf(result.message);
}

async function newInjected(bytes: string): Promise<unknown> {
  const options = parseNewInjectArguments(['-n']);
  return options && bytesOf((await newInjectMessage([raw(bytes)], options, { ...settings, rules }, moment)).message);
}

function draft(text: string): unknown {
  const lists = { messageId: '', from: '', replyTo: '', to: 'a@b', cc: text, bcc: '' };
  const fields = { ...lists, id: null, subject: text.slice(0, 500), source: null, kept: null };
  return buildDraft({ ...fields, text, files: [] }, stamp, rewrite);
}

export const injectSubjects: readonly Subject[] = [
  {
    name: 'core/inject/compose/original-message.ts parseOriginalMessage',
    units: fewRepeats,
    run: bytes => orRefused(async () => parseOriginalMessage(raw(bytes))),
  },
  {
    name: 'core/inject/compose/new-draft.ts replyDraft, forwardDraft',
    units: fewRepeats,
    run: bytes => orRefused(() => answer(bytes)),
    frames: messages,
  },
  {
    name: 'core/inject/compose/read-draft.ts readDraft',
    units: fewRepeats,
    run: bytes => orRefused(async () => readDraft('Drafts/1', raw(bytes), own)),
    frames: [
      alone,
      ['To: ', '\n\nx'],
      ['X-Waypost-Draft: ', '\n\nx'],
      ['X-Waypost-Source: reply ', ' x\n\nx'],
      ['\n', 'x'],
    ],
  },
  {
    name: 'core/inject/compose/draft-file.ts buildDraft',
    units: fewRepeats,
    run: draft,
    frames: [alone, ['a@b', 'x']],
  },
  {
    name: 'core/inject/compose/threading.ts threadOf',
    run: bytes => orRefused(() => threadOf(raw(bytes))),
    frames: [alone, ['References: <a@b> ', '\n\n']],
  },
  {
    name: 'core/inject/compose/threading.ts threadAnswering',
    run: bytes => orRefused(() => threadAnswering(raw(bytes))),
    frames: [['Message-ID: ', '\n\n']],
  },
  {
    name: 'core/inject/compose/encode-flowed.ts encodeFlowed',
    run: encodeFlowed,
    frames: [alone, ['x', 'x'], ['>>', ' x'], [`${'>'.repeat(3000)} x `, 'x']],
  },
  {
    name: 'core/inject/compose/mailto.ts parseMailto',
    run: parseMailto,
    frames: [
      ['mailto:', ''],
      ['mailto:?body=', '&'],
      ['mailto:?subject=', 'x'],
    ],
  },
  {
    name: 'core/inject/compose/typed-addresses.ts parseTypedList',
    run: bytes => parseTypedList(bytes, rewrite),
    frames: [alone, ['a@b, ', 'x'], ['"', '" <a@b>'], ['a@', '.example']],
  },
  {
    name: 'core/inject/compose/sender-and-recipients.ts readRecipients',
    run: typed => orRefused(async () => readRecipients({ ...emptyDraft, to: typed, bcc: typed }, rewrite)),
    frames: [alone, ['a@b, ', '@x']],
    units: fewRepeats,
  },
  {
    name: 'core/inject/compose/sender-and-recipients.ts readSender',
    run: typed => orRefused(async () => readSender(typed, rewrite, () => true)),
    frames: [alone, ['"', '" <a@b>']],
    units: fewRepeats,
  },
  {
    name: 'core/inject/compose/typed-addresses.ts formatPerson',
    run: name => formatPerson({ name, address: 'a@b.example' }),
  },
  {
    name: 'core/inject/compose/typed-addresses.ts quotedAddress',
    run: quotedAddress,
    frames: [
      ['', '@b'],
      ['a', ' @b'],
    ],
  },
  {
    name: 'core/inject/programs/qmail-inject.ts injectMessage',
    units: fewRepeats,
    run: injected,
    frames: [alone, ['To: ', '\n\n'], ['To: a@b', '\n\n'], ['Bcc: (', ')\n\nx']],
  },
  {
    name: 'core/inject/programs/new-inject.ts newInjectMessage',
    units: fewRepeats,
    run: newInjected,
    frames: [alone, ['To: ', '\n\n'], ['From: "', '\n\n'], ['Date: 1 ', '\n\n']],
  },
  { name: 'core/inject/ofmipd/ofmip-names.ts readOfmipNames', run: readOfmipNames, frames: [alone, ['a:', ':b:']] },
  {
    name: 'core/inject/programs/envelope-records.ts readEnvelopeRecords',
    run: bytes => readEnvelopeRecords([raw(bytes)]),
    frames: [alone, ['Fa\0T', '']],
  },
  {
    name: 'core/inject/programs/envelope-records.ts readEnvelopeRecords',
    run: bytes => readEnvelopeRecords([...raw(bytes)].map(byte => Uint8Array.of(byte))),
    units: ['a', '\n'],
    frames: [['Fa\0T', '']],
  },
  {
    name: 'core/inject/programs/normal-header.ts readNormalHeader',
    run: bytes => readNormalHeader([{ name: 'to', raw: raw(`To: ${bytes}\n`) }], [], parts => parts),
  },
  {
    name: 'core/inject/programs/normal-header.ts formatNormalHeader',
    run(bytes) {
      const header = readNormalHeader([{ name: 'to', raw: raw(`To: ${bytes}\n`) }], [], parts => parts);
      return formatNormalHeader(header, { nowMs: 0, idSuffix: () => '', from: 'a@b', followupTo: [] });
    },
  },
];
