// The step `send` of a contact: what waits goes to the server of the link, over one connection.
import type { Duplex } from 'node:stream';
import type { Link } from '../../control/links/link.ts';
import { type ReachDeps, reach } from '../../conversation/reach.ts';
import type { Clock } from '../../lib/clock.ts';
import { type Acting, actOnResult } from '../serial/act-on-result.ts';
import { byQmtp, bySmtp, type Converse } from '../serial/conversations.ts';
import type { SmtpPeers } from '../serial/send-by-smtp.ts';
import type { MessageList, ReportResult } from '../serial/send-list.ts';
import { plainText } from '../serial/serial-result.ts';
import type { Waiting, WaitingMail } from '../spool/waiting.ts';
import type { StepResult } from '../turn/step-result.ts';
import { openOver, type TlsSessions } from './link-tls.ts';
import { createSendingList, type SendingListDeps } from './sending-list.ts';
import type { Transcript } from './transcript.ts';

export interface SendStepDeps extends Omit<SendingListDeps, 'sending'> {
  readonly clock: Clock;
  readonly reach: ReachDeps;
  readonly heloHost: () => string;
  readonly acting: Acting;
  readonly transcript: Transcript;
  readonly sessions: TlsSessions;
  /** Ends the step: the contact is over. */
  readonly stop: AbortSignal;
  /** The connection, with every byte counted; of SMTP the lines are noted. */
  readonly tapped: (socket: Duplex, isSmtp: boolean) => Duplex;
  readonly told: (what: Told) => void;
  /** Called before something is done that others can see; perhaps several times. */
  readonly begins: () => void;
}

/** What became known of the step while it runs. */
export type Told =
  | { readonly kind: 'sending'; readonly message: Waiting; readonly sentBytes: number; readonly left: () => number }
  | { readonly kind: 'result'; readonly became: 'sent' | 'bounced' | 'refused' };

/** Where a link's mail is sent: the port is the protocol's unless the file names one. */
export function serverOf(
  { server, protocol, tls }: Link,
  clientIp: string | null,
): { readonly host: string; readonly port: number } | undefined {
  const host = server?.kind === 'client' ? clientIp : server?.host;
  if (!server || host == null) return undefined;
  return { host, port: server.port ?? usualPorts[protocol][tls] };
}

const usualPorts = {
  smtp: { none: 25, starttls: 25, implicit: 465 },
  qmtp: { none: 209, starttls: 209, implicit: 6209 },
} as const;

export async function sendStep(
  deps: SendStepDeps,
  server: { readonly host: string; readonly port: number },
): Promise<StepResult> {
  const { link, mail, stop, transcript } = deps;
  await mail.look();
  /** Those that are on their way, or opened to be the next. */
  let taken = 0;
  const list = createSendingList({
    ...deps,
    sending: (message, sentBytes) =>
      deps.told({ kind: 'sending', message, sentBytes, left: () => list.left() + taken }),
  });
  const counted: MessageList = {
    async next() {
      const message = await list.next();
      if (message) taken++;
      return message;
    },
  };
  if (list.left() === 0) return { ok: true, says: 'nothing waits' };
  deps.begins();
  transcript.note(`connecting to ${server.host} port ${server.port}`);
  const reached = await reach(server.host, server.port, deps.reach, stop);
  if ('why' in reached) return { ok: false, says: reached.why };
  transcript.note(`connected to ${reached.ip}`);
  const isSmtp = link.protocol === 'smtp';
  const stream = deps.tapped(reached.socket, isSmtp && link.tls === 'none');
  const end = () => stream.destroy();
  stop.addEventListener('abort', end);
  if (stop.aborted) end();
  const results = createResults(deps, mail);
  const counting: ReportResult = (name, result) => {
    taken--;
    results.report(name, result);
  };
  try {
    const opened = await openOver(stream, reached.socket, server, isSmtp, deps);
    if (!opened.ok) return opened;
    const peers = { heloHost: link.heloHost ?? deps.heloHost(), ip: reached.ip, isGreeted: opened.isGreeted };
    const { converse, sent, report } = conversationOf(deps, peers, counted, counting);
    await converse(opened.stream, sent, report);
    return { ok: true, says: '' };
  } catch (error) {
    return { ok: false, says: error instanceof Error ? error.message : String(error) };
  } finally {
    stop.removeEventListener('abort', end);
    await results.settled();
    transcript.note(`${link.protocol} to ${reached.ip} has ended`);
  }
}

/** Lines of QMTP are none that people can read: what is sent and said is noted instead. */
function conversationOf(
  { link, clock, transcript }: SendStepDeps,
  peers: SmtpPeers & { readonly ip: string },
  list: MessageList,
  report: ReportResult,
): { readonly converse: Converse; readonly sent: MessageList; readonly report: ReportResult } {
  if (link.protocol === 'smtp') {
    return { converse: bySmtp(peers, clock), sent: list, report };
  }
  return {
    converse: byQmtp({ ip: peers.ip }, clock),
    sent: {
      async next() {
        const message = await list.next();
        if (message) {
          const { name, sender, recipient, sizeBytes } = message;
          transcript.note(`sending ${name}: ${sizeBytes} bytes from <${sender}> to <${recipient}>`);
        }
        return message;
      },
    },
    report(name, result) {
      transcript.note(`${name}: ${result.status} ${result.text}`);
      report(name, result);
    },
  };
}

/** Acts on results in their order, one after the other. */
function createResults({ acting, told }: SendStepDeps, mail: WaitingMail) {
  let done = Promise.resolve();
  const report: ReportResult = (name, { status, text }) => {
    const result = { status, text: plainText(text) };
    done = done.then(async () => {
      const became = await actOnResult(name, result, acting);
      if (became !== 'kept') mail.forget(name);
      told({ kind: 'result', became: became === 'kept' ? 'refused' : became });
    });
  };
  return { report, settled: () => done };
}
