// Makes summaries of message files: their first bytes go to the parser in batches. A message that cannot be parsed is listed too,
// with what is known about it and why.

import { ParseFailure } from '../../lib/process/parse-failure.ts';
import { createTimeSlice } from '../../lib/time-slice.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import { readStartNow } from './file-start.ts';
import type { Summary } from './summary.ts';
import type { FileStart, TakeApart } from './take-apart.ts';

/**
 * What a file is: described; `gone`: not under its name any more; `no-file`: a directory, a fifo, a link; `unreadable`:
 * the system says why.
 */
export type Described =
  | { readonly kind: 'summary'; readonly summary: Summary }
  | { readonly kind: 'gone' }
  | { readonly kind: 'no-file' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** How many files are described at once. */
export const batchFiles = 64;

const firstReadBytes = 16 * 1024;
const secondReadBytes = 64 * 1024;

/**
 * Describes the files, each as it is now.
 * @throws ParseFailure when no message can be parsed at the moment
 */
export async function describeFiles(paths: readonly string[], takeApart: TakeApart): Promise<Described[]> {
  const slice = createTimeSlice();
  const described: Described[] = [];
  const starts = new Map<number, FileStart>();
  for (const [index, path] of paths.entries()) {
    if (slice.isOver()) await slice.next();
    const read = startOf(path, firstReadBytes);
    if ('kind' in read) described[index] = read;
    else starts.set(index, read);
  }
  const summaries = await summariesOf([...starts.values()], takeApart);
  const again = new Map<number, FileStart>();
  for (const [place, [index, start]] of [...starts].entries()) {
    const summary = summaries[place] as Summary;
    described[index] = { kind: 'summary', summary };
    if (!needsMore(start, summary)) continue;
    const read = startOf(paths[index] as string, secondReadBytes);
    if ('kind' in read) described[index] = read;
    else again.set(index, read);
  }
  const better = await summariesOf([...again.values()], takeApart);
  for (const [place, index] of [...again.keys()].entries()) {
    described[index] = { kind: 'summary', summary: better[place] as Summary };
  }
  return described;
}

function startOf(path: string, atMost: number): FileStart | Exclude<Described, { kind: 'summary' }> {
  try {
    return readStartNow(path, atMost) ?? { kind: 'no-file' };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { kind: 'gone' };
    // What a link of that name would be with O_NOFOLLOW.
    if (errorCode(error) === 'ELOOP') return { kind: 'no-file' };
    return { kind: 'unreadable', why: reasonOf(error) };
  }
}

function needsMore({ raw, sizeBytes }: FileStart, summary: Summary): boolean {
  if (summary.problem !== undefined || sizeBytes <= raw.length) return false;
  return summary.preview === '' || summary.from.address === '';
}

/** Parses many together; if that fails, one by one, so that only one message is affected. */
async function summariesOf(starts: readonly FileStart[], takeApart: TakeApart): Promise<readonly Summary[]> {
  if (starts.length === 0) return [];
  try {
    return await takeApart.summaries(starts);
  } catch (error) {
    if (!isGuilt(error)) throw error;
  }
  const summaries: Summary[] = [];
  for (const start of starts) summaries.push(await summaryOf(start, takeApart));
  return summaries;
}

async function summaryOf(start: FileStart, takeApart: TakeApart): Promise<Summary> {
  try {
    const [summary] = await takeApart.summaries([start]);
    if (summary) return summary;
    throw new ParseFailure('message', 'there was no answer');
  } catch (error) {
    if (!isGuilt(error)) throw error;
    return { ...(await knownOf(start, takeApart)), preview: notParsedText(error.message), problem: error.message };
  }
}

/** What the header alone says; if that cannot be parsed either, what the file says. */
async function knownOf(start: FileStart, takeApart: TakeApart): Promise<Summary> {
  const { raw, sizeBytes, timeMs } = start;
  try {
    const [known] = await takeApart.summaries([{ raw: headerIn(raw), sizeBytes, timeMs }]);
    if (known) return known;
  } catch (error) {
    if (!isGuilt(error)) throw error;
  }
  const nobody = { name: '', address: '' };
  return { from: nobody, to: [], subject: '', preview: '', dateMs: timeMs, sizeBytes, attachments: false };
}

function headerIn(raw: Buffer): Buffer {
  const lf = raw.indexOf('\n\n');
  const crlf = raw.indexOf('\r\n\r\n');
  const ends = [lf, crlf].filter(at => at >= 0);
  return raw.subarray(0, Math.min(4096, ...ends.map(at => at + 1)));
}

/** As it is shown. @param why a clause */
export function notParsedText(why: string): string {
  return `This message cannot be parsed: ${why}. You can still view its source.`;
}

function isGuilt(error: unknown): error is ParseFailure {
  return error instanceof ParseFailure && error.because === 'message';
}
