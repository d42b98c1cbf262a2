// The server of AutoTURN and ETRN: who asks a link for its mail by making contact, and who may. What is asked for is started
// at most once a minute for each link, whoever asks and how often.
import type { Link } from '../../control/links/link.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Visitor } from '../../listen/visitor.ts';
import { answerEtrn, type EtrnAsked, type EtrnReply, type EtrnStart } from './etrn-reply.ts';
import { createStartGate } from './start-gate.ts';
import { linksTurnedBy } from './turned-by.ts';

/** Why a link's mail is asked for. */
interface TurnRequest {
  /** `client`: one that its file names has made contact. */
  readonly cause: 'client' | 'etrn';
  /** The address of the one who asked; with `server client` the mail goes there. */
  readonly ip: string;
}

export interface TurnServerDeps {
  readonly clock: Clock;
  /** The links as they are now. */
  readonly links: () => readonly Link[];
  /** Sends what waits for a link, if it may be used and is not being used. */
  readonly start: (link: string, request: TurnRequest) => EtrnStart;
}

export interface TurnServer {
  /** A client made contact. @returns the links that it asked for */
  visited(visitor: Visitor): string[];
  /** Some link has a name for ETRN. */
  offersEtrn(): boolean;
  etrn(asked: EtrnAsked & { readonly visitor: Visitor }): EtrnReply;
  /** Some link names a client by its certificate. */
  asksCertificates(): boolean;
  /** Nothing is started any more. */
  close(): void;
}

export function createTurnServer({ clock, links, start }: TurnServerDeps): TurnServer {
  const gate = createStartGate(clock, start);
  return {
    visited(visitor) {
      const asked = linksTurnedBy(links(), visitor).map(({ name }) => name);
      for (const name of asked) gate.ask(name, { cause: 'client', ip: visitor.ip });
      return asked;
    },
    offersEtrn: () => links().some(({ etrnNodes }) => etrnNodes.length > 0),
    etrn: asked =>
      answerEtrn(asked, links(), link => {
        const { name, server } = link;
        const isClient = linksTurnedBy([link], asked.visitor).length > 0;
        // What waits for a client goes to the address from which that client comes, and nobody else may say when: it may be
        // someone else's by now.
        if (server?.kind === 'client' && !isClient) return { kind: 'unable' };
        return gate.ask(name, { cause: isClient ? 'client' : 'etrn', ip: asked.visitor.ip }) ?? { kind: 'started' };
      }),
    asksCertificates: () => links().some(({ turnFor }) => turnFor.some(({ kind }) => kind === 'certificate')),
    close: gate.close,
  };
}
