// The replies to ETRN (RFC 1985 section 5), and what is started before them.
import type { Link } from '../../control/links/link.ts';
import { type EtrnNode, linksOfNode, parseEtrnNode } from './etrn-node.ts';

/** What became of asking a link for its mail. */
export type EtrnStart =
  /** It is sent now, or in less than a minute; `waiting`: how many messages there are, if that is known. */
  | { readonly kind: 'started'; readonly waiting?: number | undefined }
  /** It is being sent already. */
  | { readonly kind: 'running' }
  /** The link may not be used. */
  | { readonly kind: 'unable' };

/** A reply of the SMTP server. */
export interface EtrnReply {
  readonly code: number;
  readonly text: string;
}

export interface EtrnAsked {
  /** What follows the command, a byte string. */
  readonly argument: string;
  /** Strangers are not told how much waits. */
  readonly stranger: boolean;
}

/** @param start asks a link for its mail */
export function answerEtrn(
  { argument, stranger }: EtrnAsked,
  links: readonly Link[],
  start: (link: Link) => EtrnStart,
): EtrnReply {
  const node = parseEtrnNode(argument);
  if (node === 'none') return { code: 500, text: 'Syntax Error (#5.5.4)' };
  if (node === 'bad') return badNode;
  const meant = linksOfNode(links, node);
  if (meant.length === 0) return refusal(node);
  const reply = replyTo(node.said, meant.map(start));
  return stranger && reply.code < 400 ? queuing(node.said) : reply;
}

const badNode = { code: 501, text: 'Syntax Error in Parameters (#5.5.4)' };

/** A name of one label that no link has is not the name of a node (RFC 1985 section 5.1). */
function refusal({ kind, name, said }: EtrnNode): EtrnReply {
  if (kind !== 'queue' && !name.includes('.')) return badNode;
  return { code: 459, text: `Node ${said} not allowed: no link of this host has that name (#5.7.1)` };
}

function queuing(said: string): EtrnReply {
  return { code: 250, text: `OK, queuing for node ${said} started` };
}

function replyTo(said: string, starts: readonly EtrnStart[]): EtrnReply {
  const able = starts.filter(({ kind }) => kind !== 'unable');
  if (able.length === 0) return { code: 458, text: `Unable to queue messages for node ${said} (#4.3.2)` };
  if (able.some(({ kind }) => kind === 'running')) {
    return { code: 252, text: `OK, pending messages for node ${said} started` };
  }
  const waiting = able.reduce<number | undefined>(
    (sum, one) =>
      sum === undefined || one.kind !== 'started' || one.waiting === undefined ? undefined : sum + one.waiting,
    0,
  );
  if (waiting === undefined) return queuing(said);
  if (waiting === 0) return { code: 251, text: `OK, no messages waiting for node ${said}` };
  return { code: 253, text: `OK, ${waiting} pending messages for node ${said} started` };
}
