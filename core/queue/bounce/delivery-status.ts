// A bounce as a delivery status notification (RFC 3464): a report for people, one for programs, and the message. All of it is
// streamed: neither the message nor the list of failures is held in memory.
import { createReadStream } from 'node:fs';
import { trimEndOf } from '../../lib/text/trim-end.ts';
import { parseHeader } from '../../message/header/parse-header.ts';
import type { MessageDsn } from '../../paper-path/dsn.ts';
import type { FailureReader } from '../files/failures.ts';
import { readHead } from './message-head.ts';
import { recipientFields } from './recipient-fields.ts';
import { writeReport } from './report.ts';

/** The parts of every bounce: byte strings that end with LF, and paths of files. */
export interface BounceParts {
  /** Date, From, To, Subject. */
  readonly fields: string;
  readonly introduction: string;
  /** bounce/N: a paragraph for each recipient. */
  readonly paragraphs: string;
  readonly separator: string;
  readonly returnPath: string;
  /** mess/N. */
  readonly original: string;
}

/** What only a notification needs. */
export interface NoticeContext {
  /** The host that reports. */
  readonly host: string;
  readonly arrivedMs: number;
  /** Random, so that no message can contain it. */
  readonly boundary: string;
  /** The fields of the paragraphs. */
  readonly failures: FailureReader;
  /** What the sender has said of its bounces. */
  readonly dsn?: MessageDsn | undefined;
}

/** The whole notification, header included. */
export function deliveryStatusNotice(
  { fields, introduction, paragraphs, returnPath, original }: BounceParts,
  { host, arrivedMs, boundary, failures, dsn }: NoticeContext,
): AsyncGenerator<Uint8Array> {
  return writeReport({
    fields,
    boundary,
    text: textAndFile(introduction, paragraphs),
    host,
    arrivedMs,
    recipients: recipientsIn(paragraphs, failures),
    envid: dsn?.envid,
    returns: dsn?.ret === 'HDRS' ? 'header' : 'message',
    original: dsn?.ret === 'HDRS' ? headerOf(returnPath, original) : textAndFile(returnPath, original),
  });
}

async function* textAndFile(text: string, path: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text, 'latin1');
  yield* createReadStream(path);
}

function* headerOf(returnPath: string, path: string): Generator<Uint8Array> {
  const head = readHead(path);
  yield Buffer.from(returnPath, 'latin1');
  yield head.subarray(0, parseHeader(head).bodyStart);
}

async function* recipientsIn(paragraphs: string, failures: FailureReader): AsyncGenerator<string> {
  try {
    for await (const { offset, text } of paragraphsIn(paragraphs))
      yield recipientFields(text, await failures.at(offset));
  } finally {
    await failures.close();
  }
}

/** A paragraph, and where it starts. */
interface Paragraph {
  readonly offset: number;
  readonly text: string;
}

/** The paragraphs of a file, without the empty lines between them. */
async function* paragraphsIn(path: string): AsyncGenerator<Paragraph> {
  let held = '';
  let at = 0;
  for await (const piece of createReadStream(path, 'latin1')) {
    const whole = `${held}${piece}`.split('\n\n');
    held = whole.pop() ?? '';
    for (const text of whole) {
      yield* trimmed(text, at);
      at += text.length + 2;
    }
  }
  yield* trimmed(held, at);
}

function trimmed(paragraph: string, at: number): Paragraph[] {
  const started = paragraph.replace(/^\n+/, '');
  const text = trimEndOf(started, '\n');
  return text === '' ? [] : [{ offset: at + paragraph.length - started.length, text }];
}
