// What core/mailbox reads: rows of the list, messages for the reader, their dates, people, types, HTML.

import { formatCachedSummary, parseCachedSummary } from '../../../core/mailbox/boxes/cached-summary.ts';
import { parseFileName } from '../../../core/mailbox/files/names.ts';
import { parseDate } from '../../../core/mailbox/reading/date.ts';
import { inlineImages } from '../../../core/mailbox/reading/inline-images.ts';
import { parseMime } from '../../../core/mailbox/reading/parts.ts';
import { previewOf } from '../../../core/mailbox/reading/preview.ts';
import { readContent } from '../../../core/mailbox/reading/read.ts';
import { summarise } from '../../../core/mailbox/reading/summary.ts';
import { leavesOf } from '../../../core/message/body/leaf-parts.ts';
import { findParts } from '../../../core/message/body/structure.ts';
import { alone, type Frame, type Subject } from '../growth.ts';
import { fewRepeats } from '../repeats.ts';

/** Where a message can hold what a stranger repeats. */
const header: readonly Frame[] = [
  alone,
  ['Subject: x', 'x\n\ntext\n'],
  ['From: ', ' x\n\ntext\n'],
  ['To: ', ' x\n\ntext\n'],
  ['Content-Type: multipart/mixed; boundary=b', 'x\n\n--b\n\ntext\n--b--\n'],
];
const body: readonly Frame[] = [
  ['Subject: x\n\n', 'x\n'],
  ['Content-Type: text/html\n\n<p>', 'x\n'],
  ['Content-Type: text/html; charset=gb18030\n\n', 'x\n'],
  ['Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n', 'x\n'],
  ['Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n', 'x\n'],
];
function raw(bytes: string): Buffer {
  return Buffer.from(bytes, 'latin1');
}

function preview(bytes: string, encoding: string, charset: string): unknown {
  const header = `Content-Type: text/html; charset=${charset}\nContent-Transfer-Encoding: ${encoding}\n\n`;
  const message = raw(header + bytes);
  const leaves = leavesOf(findParts(message));
  return previewOf(message, false, leaves.bodies, leaves.charset);
}

const picture = { name: '', type: 'image/png', contentId: 'a', attached: false, bytes: new Uint8Array(10) };

export const mailboxSubjects: readonly Subject[] = [
  {
    name: 'core/mailbox/reading/summary.ts summarise',
    units: fewRepeats,
    run: bytes => summarise(raw(bytes), { sizeBytes: bytes.length, timeMs: 0 }),
    frames: [...header, ...body],
  },
  {
    name: 'core/mailbox/reading/read.ts readContent',
    units: fewRepeats,
    run: bytes => readContent(raw(bytes), bytes.length),
    frames: [...header.slice(1), ...body.slice(0, 2)],
  },
  {
    name: 'core/mailbox/reading/parts.ts parseMime',
    units: fewRepeats,
    run: bytes => parseMime(raw(bytes), bytes.length),
  },
  {
    name: 'core/mailbox/reading/preview.ts previewOf',
    run: bytes => preview(bytes, '8bit', 'utf-8'),
    frames: [['', 'x']],
  },
  {
    name: 'core/mailbox/reading/preview.ts previewOf',
    run: bytes => preview(bytes, '8bit', 'gb18030'),
    frames: [['', 'x']],
  },
  {
    name: 'core/mailbox/reading/preview.ts previewOf',
    run: bytes => preview(bytes, 'quoted-printable', ''),
    frames: [['', 'x']],
  },
  {
    name: 'core/mailbox/reading/preview.ts previewOf',
    run: bytes => preview(bytes, 'base64', ''),
    frames: [['', 'x']],
  },
  { name: 'core/mailbox/reading/date.ts parseDate', run: parseDate, frames: [alone, ['Sat, 21 Nov ', '2026']] },
  {
    name: 'core/mailbox/reading/inline-images.ts inlineImages',
    run: bytes => inlineImages(bytes, [picture]),
    frames: [alone, ['<img src="cid:', '"']],
  },
  { name: 'core/mailbox/files/names.ts parseFileName', run: parseFileName, frames: [alone, ['1.a:2,', '']] },
  {
    name: 'core/mailbox/boxes/cached-summary.ts parseCachedSummary',
    run: parseCachedSummary,
    frames: [alone, ['[1,2,true,"', '"]']],
  },
  {
    name: 'core/mailbox/boxes/cached-summary.ts formatCachedSummary',
    run: bytes => formatCachedSummary({ ...summarise(raw(''), { sizeBytes: 0, timeMs: 0 }), subject: bytes }),
  },
];
