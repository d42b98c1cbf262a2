// The verbs about the messages that wait for a link: waiting, their order, drop and bounce.
import type { LinkMessage } from '../../../../core/api/links.ts';
import { localMinute } from '../../../../core/lib/text/local-time.ts';
import { printable } from '../../../../core/lib/text/printable.ts';
import { formatSize } from '../../queue/queue-list.ts';
import { byHost, print, type RunVerb } from './link-call.ts';

/** Rows asked for at once, and messages that one call changes: the Api takes no more. */
const pageRows = 500;
const mostIds = 10_000;

export const waiting = byHost(async (api, call) => {
  const rows: LinkMessage[] = [];
  for (;;) {
    const page = await api.call('links.waiting', { name: call.name, offset: rows.length, limit: pageRows });
    rows.push(...page.rows);
    if (page.rows.length < pageRows) break;
  }
  const none = `Nothing waits for ${call.name}.\n`;
  print(call, { total: rows.length, rows }, () => (rows.length === 0 ? none : rows.map(messageText).join('')));
  return 0;
});

function messageText({ id, sender, recipient, subject, bytes, atMs, order, tooLarge, bulk }: LinkMessage): string {
  const marks = [
    order === 'usual' ? '' : order,
    tooLarge && order !== 'now' ? 'larger than the link allows' : '',
    bulk ? 'bulk' : '',
  ].filter(mark => mark !== '');
  const about = marks.length > 0 ? `  [${marks.join(', ')}]` : '';
  const from = sender === '' ? 'bounce (no sender)' : sender;
  const line = `${id}\n    ${formatSize(bytes)}, ${localMinute(atMs)}, ${from} to ${recipient}${about}\n`;
  return printable(`${line}${subject === '' ? '' : `    ${subject.replaceAll('\n', ' ')}\n`}`);
}

export const first = ordering('first', 'first in line');
export const now = ordering('now', 'first in line, whatever the size');
export const keep = ordering('held', 'kept here');
export const usual = ordering('usual', 'in the usual order');
export const drop = changing('links.drop', 'dropped');
export const bounce = changing('links.bounce', 'returned to the sender');

function ordering(order: LinkMessage['order'], did: string): RunVerb {
  return byHost(async (api, { name, rest, io }) => {
    let changed = 0;
    for (const ids of batches(rest)) changed += (await api.call('links.order', { name, ids, order })).changed;
    return tell(io.stdout, changed, rest.length, did);
  });
}

function changing(method: 'links.drop' | 'links.bounce', did: string): RunVerb {
  return byHost(async (api, { name, rest, io }) => {
    let changed = 0;
    for (const ids of batches(rest)) changed += (await api.call(method, { name, ids })).changed;
    return tell(io.stdout, changed, rest.length, did);
  });
}

function batches(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / mostIds);
  return Array.from({ length: count }, (_, at) => ids.slice(at * mostIds, (at + 1) * mostIds));
}

/** @returns 1 when some of them do not wait (any more), or are on their way at this moment */
function tell(stdout: NodeJS.WritableStream, changed: number, asked: number, did: string): number {
  stdout.write(`${changed === 1 ? '1 message' : `${changed} messages`} ${did}.\n`);
  if (changed < asked) stdout.write(`${asked - changed} not found: gone, or on the way at this moment.\n`);
  return changed < asked ? 1 : 0;
}
