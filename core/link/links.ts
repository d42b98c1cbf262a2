// The links of a home, running (serialmail and AutoTURN as a service): what the host, its servers and front ends ask of them.
import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../api/host.ts';
import { linkName } from '../api/link-grammar.ts';
import type { LinkForecast, LinkStatus } from '../api/links.ts';
import { withoutLinkPrefix } from '../control/links/link.ts';
import { type LinkOfHome, readLinks } from '../control/links/read-links.ts';
import { reasonOf } from '../lib/user-error.ts';
import type { Spool, SpoolFor } from '../paper-path/link-spool.ts';
import type { RemoteGate } from '../paper-path/remote-gate.ts';
import { createLinkHandlers, type LinkHandlers } from './handlers.ts';
import { linkLayout } from './layout.ts';
import { linkOfAddress } from './link-address.ts';
import { estimateFor, linkStatus } from './link-status.ts';
import { createQueueGate } from './queue-gate.ts';
import { createRunningLink, type LinkDeps, type RunningLink } from './running-link.ts';
import { isFarEndOf, refusalOfLoop } from './spool/loop.ts';
import { createTurnServer, type TurnServer } from './turn/turn-server.ts';

export interface LinksDeps extends Omit<LinkDeps, 'gateChanged'> {
  /** A link has come to its step `queue`: the ordinary queue may send. */
  readonly queueOpened: () => void;
  /** What the queue's recipients are sorted by was changed: it is to be read again. */
  readonly linksSaved: () => void;
}

export interface Links {
  readonly handlers: LinkHandlers;
  /** For the queue. */
  readonly gate: RemoteGate;
  /** For local delivery. */
  readonly spoolFor: SpoolFor;
  /** For servers: whose contact, or ETRN, asks for the mail of a link. */
  readonly turnServer: TurnServer;
  /** Reads control/links again. */
  reload(): void;
  /** Looks at now which links are up, where that can be seen. */
  look(): void;
  start(): void;
  /** Ends the contacts; what is confirmed stays confirmed. */
  stop(): Promise<void>;
  status(): LinkStatus[];
  /** What keeps mail from waiting where it should. */
  problems(): Problem[];
  /** What sending a message over a link takes; undefined: there is no such link. `messageBytes`: of one copy. */
  estimate(name: string, bytes: number, messageBytes: number): Omit<LinkForecast, 'recipients'> | undefined;
}

export function createLinks(deps: LinksDeps): Links {
  const running = new Map<string, RunningLink>();
  const queueGate = createQueueGate(() => running.values(), deps.queueOpened);
  const linkDeps = { ...deps, gateChanged: queueGate.look };
  let started = false;

  function reload(): void {
    let files: LinkOfHome[];
    try {
      files = readLinks(deps.home);
    } catch (error) {
      deps.log(`alert: unable to read control/links, the links stay as they are: ${reasonOf(error)}`);
      return;
    }
    const names = new Set(files.map(({ link }) => link.name));
    for (const [name, link] of running) {
      if (names.has(name)) continue;
      running.delete(name);
      void link.close();
    }
    for (const file of files) use(file);
    queueGate.look();
  }

  function use(file: LinkOfHome): void {
    const { name } = file.link;
    if (!linkName.test(name)) return;
    const known = running.get(name);
    if (known && isDeepStrictEqual(known.file, file)) return;
    const link = known ?? createRunningLink(file, linkDeps);
    running.set(name, link);
    link.use(file);
    deps.changed(name);
  }

  const spoolFor: SpoolFor = recipient => {
    const name = linkOfAddress(recipient, deps.control().locals);
    if (name === undefined) return undefined;
    const link = running.get(name);
    if (link) return spoolOf(link, recipient);
    // Its file is gone, and this message was on its way: it waits with the others for a person.
    const { maildir } = linkLayout(deps.home, name);
    return existsSync(maildir)
      ? { link: name, maildir, refuses: () => undefined, arrived: () => {}, failed: () => {} }
      : undefined;
  };

  function spoolOf({ file: { link }, layout, mailArrived, spoolFailure, state }: RunningLink, address: string): Spool {
    const recipient = withoutLinkPrefix(address);
    const isFarEnd = (ip: string) => isFarEndOf(link, state.state, ip);
    return {
      link: link.name,
      maildir: layout.maildir,
      refuses: head => refusalOfLoop(link.name, { head, recipient, isFarEnd }),
      arrived: mailArrived,
      failed: spoolFailure.failed,
    };
  }

  const turnServer = createTurnServer({
    ended: async name => running.get(name)?.ended(),
    clock: deps.clock,
    links: () => [...running.values()].filter(({ file }) => file.problems.length === 0).map(({ file }) => file.link),
    start(name, { cause, ip }) {
      const link = running.get(name);
      if (!link) return { kind: 'unable' };
      const waiting = link.mail.count;
      if (link.progress) return { kind: 'running' };
      return link.clientCame(cause === 'client' ? ip : undefined, cause)
        ? { kind: 'started', waiting }
        : { kind: 'unable' };
    },
  });

  const status = () => [...running.values()].map(link => linkStatus(link, deps.clock.nowMs()));

  return {
    handlers: createLinkHandlers({ ...linkDeps, running, status, reload, etrn: turnServer.etrn }),
    gate: queueGate.gate,
    spoolFor,
    turnServer,
    reload,
    look() {
      for (const { presence } of running.values()) presence.look();
    },
    start() {
      started = true;
      reload();
    },
    async stop() {
      turnServer.close();
      if (started) await Promise.all([...running.values()].map(link => link.close()));
    },
    status,
    problems: () => [...running.values()].flatMap(({ spoolFailure }) => spoolFailure.problem ?? []),
    estimate(name, bytes, messageBytes) {
      const link = running.get(name);
      return link && estimateFor(link, bytes, messageBytes);
    },
  };
}
