// The server of AutoTURN and ETRN: who asks a link for its mail by making contact, and who may. What is asked for is started
// at most once a minute for each link, whoever asks and how often.
import type { Link } from '../../control/links/link.ts';
import type { Clock } from '../../lib/clock.ts';
import type { SessionClient } from '../../listen/session-client.ts';
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
  /** Resolves when the contact of a link has ended; at once if there is none. */
  readonly ended: (link: string) => Promise<void>;
  readonly clock: Clock;
  /** The links as they are now. */
  readonly links: () => readonly Link[];
  /** Sends what waits for a link, if it may be used and is not being used. */
  readonly start: (link: string, request: TurnRequest) => EtrnStart;
}

export interface TurnServer {
  /** A client made contact. @returns the links that it asked for */
  madeContact(sessionClient: SessionClient): string[];
  /** Resolves when those of the links that are half-duplex are free again: until then the client should send nothing. */
  free(names: readonly string[]): Promise<void>;
  /** Some link has a name for ETRN. */
  offersEtrn(): boolean;
  etrn(asked: EtrnAsked & { readonly sessionClient: SessionClient }): EtrnReply;
  /** Some link names a client by its certificate. */
  asksCertificates(): boolean;
  /** Nothing is started any more. */
  close(): void;
}

export function createTurnServer({ clock, links, start, ended }: TurnServerDeps): TurnServer {
  const gate = createStartGate(clock, start, started => started.kind === 'started' && started.waiting === 0);
  return {
    madeContact(sessionClient) {
      const asked = linksTurnedBy(links(), sessionClient).map(({ name }) => name);
      for (const name of asked) gate.ask(name, { cause: 'client', ip: sessionClient.ip });
      return asked;
    },
    async free(names) {
      const own = links().filter(({ name, halfDuplex }) => halfDuplex && names.includes(name));
      await Promise.all(own.map(({ name }) => ended(name)));
    },
    offersEtrn: () => links().some(({ etrnNodes }) => etrnNodes.length > 0),
    etrn: asked =>
      answerEtrn(asked, links(), link => {
        const { name, server } = link;
        const isClient = linksTurnedBy([link], asked.sessionClient).length > 0;
        // What waits for a client goes to the address from which that client comes, and nobody else may say when: it may be
        // someone else's by now.
        if (server?.kind === 'client' && !isClient) return { kind: 'unable' };
        return (
          gate.ask(name, { cause: isClient ? 'client' : 'etrn', ip: asked.sessionClient.ip }) ?? { kind: 'started' }
        );
      }),
    asksCertificates: () => links().some(({ turnFor }) => turnFor.some(({ kind }) => kind === 'certificate')),
    close: gate.close,
  };
}
