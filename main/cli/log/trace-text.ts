// Traces of messages as text for people, one after the other. Times are local.
import type { RemoteAnswer } from '../../../core/api/remote-answer.ts';
import { tlsText } from '../../../core/api/session-tls.ts';
import {
  type Relation,
  splitAtEnd,
  type TracedEvent,
  type TracedLink,
  type TracedMessage,
} from '../../../core/api/trace.ts';
import { localSecond } from '../../../core/lib/text/local-time.ts';
import { printable } from '../../../core/lib/text/printable.ts';

/** @param windowOf when a link may be used, in words; empty: nothing is known of that */
export function traceText(
  { messages, more }: { readonly messages: readonly TracedMessage[]; readonly more: number },
  windowOf: (link: string) => string,
): string {
  const older =
    more > 0 ? [`(${more} older ${more === 1 ? 'message is' : 'messages are'} not shown: --limit)`, ''] : [];
  return [...older, ...messages.flatMap(message => [...linesOf(message, windowOf), ''])].join('\n');
}

function* linesOf(message: TracedMessage, windowOf: (link: string) => string): Generator<string> {
  const { id, sizeBytes, sender, messageId, endMs, more, waits, children } = message;
  yield `Message ${id}${sender === null ? '' : ` from <${printable(sender)}>`}${sizeBytes === null ? '' : `, ${sizeBytes} bytes`}`;
  if (messageId !== null) yield `  Message-ID ${printable(messageId)}`;
  yield `  ${localSecond(message.bornMs)}  ${arrival(message)}`;
  const [inQueue, afterwards] = splitAtEnd(message);
  for (const event of inQueue) yield* eventLines(event);
  if (more > 0) yield `  … and ${more} more events`;
  for (const child of children) {
    yield `  ${localSecond(child.bornMs)}  ${asChild[child.how]} message ${named(child)}`;
  }
  if (endMs === null) yield '  By the log it is still in the queue.';
  else yield `  ${localSecond(endMs)}  finished: no recipients are left in the queue`;
  for (const event of afterwards) yield* eventLines(event);
  for (const { link, recipient } of waits) {
    const window = windowOf(link);
    yield `  By the log it waits for link ${link}${window === '' ? '' : `, ${window}`}: ${printable(recipient)}`;
  }
}

function arrival({ whole, arrival: { kind, from, session, parent }, uid, qp }: TracedMessage): string {
  if (parent) {
    return `${asParent[parent.how]} message ${named(parent)}`;
  }
  if (kind === 'network') return `arrived from ${from ?? 'the network'} (${session}, qp ${qp})`;
  if (kind === 'injected') return `arrived from a program of uid ${uid} (qp ${qp})`;
  return whole ? 'arrived' : 'the log starts here; the arrival is no longer in it';
}

function named({ id, bornMs }: TracedLink): string {
  return `${id} of ${localSecond(bornMs)}`;
}

const asChild: Readonly<Record<Relation, string>> = {
  bounce: 'the bounce is',
  delay: 'the notice is',
  success: 'the notice is',
  forward: 'forwarded as',
};

const asParent: Readonly<Record<Relation, string>> = {
  bounce: 'it returns',
  delay: 'it tells of the delay of',
  success: 'it tells of the delivery of',
  forward: 'forwarded by',
};

const told = {
  delay: 'the sender was told of the delay',
  success: 'the sender was told of the delivery, as it had asked for',
} as const;

const decisions = {
  held: 'held',
  released: 'released',
  returned: 'not tried again, returned to sender',
  deleted: 'deleted without a bounce',
} as const;

const linkResults = {
  sent: 'sent',
  deferral: 'deferred',
  returned: 'returned to sender',
  dropped: 'dropped without a bounce',
} as const;

function* eventLines(event: TracedEvent): Generator<string> {
  const at = `  ${localSecond(event.atMs)}  `;
  if (event.kind === 'bounce') yield `${at}returned to sender in a bounce (qp ${event.qp})`;
  else if (event.kind === 'delay' || event.kind === 'success') yield `${at}${told[event.kind]} (qp ${event.qp})`;
  else if (event.kind === 'triple bounce') yield `${at}a double bounce failed: discarded`;
  else if (event.kind === 'link') {
    const said = event.said === '' ? '' : `: ${printable(event.said)}`;
    yield `${at}link ${event.link}, ${printable(event.recipient)}: ${linkResults[event.result]}${said}`;
  } else if (event.kind !== 'attempt')
    yield `${at}${decisions[event.kind]}: ${event.channel} ${printable(event.recipient)}`;
  else yield* attemptLines(at, event);
}

function* attemptLines(at: string, event: Extract<TracedEvent, { kind: 'attempt' }>): Generator<string> {
  const { delivery, channel, recipient, endMs, result, said, status, answer, tls, nextTryMs, atMs } = event;
  yield `${at}delivery ${delivery} to ${channel} ${printable(recipient)}`;
  const took = endMs === null ? '' : ` after ${((endMs - atMs) / 1000).toFixed(1)} s`;
  const indent = ' '.repeat(at.length);
  if (result === null) yield `${indent}its end is not in the log`;
  else
    yield `${indent}${result}${status === null ? '' : ` ${status}`}${took}${said === '' ? '' : `: ${printable(said).replaceAll('\n', ' / ')}`}`;
  if (answer) yield `${indent}${answered(answer)}`;
  if (tls) yield `${indent}sent with ${printable(tlsText(tls))}`;
  if (nextTryMs !== null) yield `${indent}next try ${localSecond(nextTryMs)}`;
}

/** `reply 550 of mx.far.example [192.0.2.1]` */
function answered({ code, host, ip }: RemoteAnswer): string {
  const server = [...(host === null || host === ip ? [] : [printable(host)]), ...(ip === null ? [] : [`[${ip}]`])];
  return [...(code === null ? ['reply'] : [`reply ${code}`]), ...(server.length > 0 ? ['of', ...server] : [])].join(
    ' ',
  );
}
