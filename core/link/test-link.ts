// Tries a link without sending mail, and says in plain words what works and what does not.
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Channel, openChannel, openChannelFor } from '../conversation/channel.ts';
import { reach } from '../conversation/reach.ts';
import { greetServer, introduceTo } from '../conversation/smtp-greeting.ts';
import { createNetstringCollector } from '../lib/net/netstring.ts';
import { reasonOf } from '../lib/user-error.ts';
import { type LinkTlsDeps, startLinkTls } from './contact/link-tls.ts';
import { serverOf } from './contact/send-step.ts';
import type { LinkDeps, RunningLink } from './running-link.ts';
import { saidBy } from './turn/step-result.ts';

interface TestStep {
  readonly what: string;
  readonly ok: boolean;
  readonly says: string;
}

const testMs = 30_000;

export async function testLink(
  { file, presence, state, isWindowOpen, isSpent }: RunningLink,
  deps: LinkDeps,
): Promise<TestStep[]> {
  const { link, problems } = file;
  const [problem] = problems;
  if (problem) return [{ what: 'its file', ok: false, says: problem.text }];
  const { state: known, because } = presence.now();
  const steps: TestStep[] = [
    { what: 'its file', ok: true, says: 'it can be read' },
    { what: 'the link', ok: known === 'up', says: `${known}: ${because}` },
    ...(state.state.offline ? [{ what: 'offline', ok: false, says: 'a person keeps it offline' }] : []),
    ...(isWindowOpen ? [] : [{ what: 'its windows', ok: false, says: 'none is open now' }]),
    ...(isSpent ? [{ what: 'its limits', ok: false, says: 'nothing is left of today' }] : []),
  ];
  const server = serverOf(link, state.state.clientIp);
  if (!server) {
    const says = link.server ? 'not known yet: no client has come' : 'its file names none';
    return [...steps, { what: 'the server', ok: false, says }];
  }
  if (isIP(server.host) === 0) {
    const addresses = await deps.reach.lookUp(server.host);
    const says =
      addresses.length > 0 ? addresses.join(', ') : 'it has no address: the DNS does not know it, or cannot be asked';
    steps.push({ what: `the name ${server.host}`, ok: addresses.length > 0, says });
    if (addresses.length === 0) return steps;
  }
  const { host, port } = server;
  const stopper = new AbortController();
  const cancel = deps.clock.after(testMs, () => stopper.abort());
  const startMs = deps.clock.nowMs();
  try {
    const reached = await reach(host, port, deps.reach, stopper.signal);
    const what = `a connection to ${host}, port ${port}`;
    if ('why' in reached) {
      const says = reached.why === 'stopped' ? `nobody answered within ${testMs / 1000} seconds` : reached.why;
      return [...steps, { what, ok: false, says }];
    }
    steps.push({ what, ok: true, says: `answered by ${reached.ip} after ${deps.clock.nowMs() - startMs} ms` });
    const heloHost = link.heloHost ?? deps.heloHost();
    const opened = await overTls(reached.socket, server, { link, clock: deps.clock, heloHost, sessions: new Map() });
    steps.push(...opened.steps);
    if (!opened.stream) return steps;
    if (link.protocol === 'qmtp') {
      const channel = openChannelFor(createNetstringCollector(1000), opened.stream, deps.clock, { timeoutMs: testMs });
      channel.close();
      return steps;
    }
    const channel = openChannel(opened.stream, deps.clock, testMs);
    steps.push(await greet(channel, heloHost, opened.isGreeted));
    channel.close('QUIT\r\n');
    return steps;
  } finally {
    cancel();
  }
}

interface Opened {
  readonly steps: readonly TestStep[];
  /** Undefined: there is no connection any more. */
  readonly stream: Duplex | undefined;
  readonly isGreeted: boolean;
}

/** TLS, if the link's file asks for it, and what it costs: nothing is resumed. */
async function overTls(
  socket: Socket,
  server: { readonly host: string; readonly port: number },
  terms: LinkTlsDeps,
): Promise<Opened> {
  if (terms.link.tls === 'none') return { steps: [], stream: socket, isGreeted: false };
  const opened = await startLinkTls(socket, server, terms);
  const bytes = socket.bytesRead + socket.bytesWritten;
  // Beside those of a session without TLS: STARTTLS, the handshake and another EHLO.
  const roundTrips = terms.link.tls === 'starttls' ? 3 : 1;
  const says = opened.ok
    ? `${opened.says}; it costs ${bytes} bytes and ${roundTrips} round trips in a new connection`
    : opened.says;
  const steps = [{ what: 'TLS', ok: opened.ok, says }];
  return opened.ok
    ? { steps, stream: opened.stream, isGreeted: opened.isGreeted }
    : { steps, stream: undefined, isGreeted: false };
}

async function greet(channel: Channel, heloHost: string, isGreeted: boolean): Promise<TestStep> {
  const what = 'the greeting by SMTP';
  try {
    const greeted = await (isGreeted ? introduceTo : greetServer)(channel, heloHost);
    if (greeted.kind === 'ready') {
      const isFast = greeted.extensions.has('PIPELINING');
      const says = isFast
        ? 'it takes mail, in few round trips (PIPELINING)'
        : 'it takes mail, but slowly: it has no PIPELINING';
      return { what, ok: true, says };
    }
    return { what, ok: false, says: `it refuses: ${saidBy(greeted.reply.text)}` };
  } catch (error) {
    return { what, ok: false, says: `it said nothing that could be understood: ${reasonOf(error)}` };
  }
}
