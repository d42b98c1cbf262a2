// kill -9 before any call that changes a file, and at any command to the server, while mail is fetched and deleted there: after the
// next runs every message has arrived whole, none is left at the provider, and none went into the queue twice.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type TestContext, test } from 'node:test';
import type { AccountStatus } from '../../core/api/fetch.ts';
import { call } from '../support/control-call.ts';
import { killAt, noFault, serveFaulty } from '../support/faulty-host.ts';
import { popAccount } from '../support/fetch-rig.ts';
import { giveToOwner, initHome, type TestHome } from '../support/host-process.ts';
import { type ImapPeer, imapPeer } from '../support/imap-peer.ts';
import { type Pop3Peer, pop3Peer, providersMessage } from '../support/pop3-peer.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { points, seed } from './sample.ts';

const protocols = { POP3: { wanted: 5 }, IMAP: { wanted: 6 } } as const;
type Protocol = keyof typeof protocols;

for (const [protocol, { wanted }] of Object.entries(protocols) as [Protocol, { wanted: number }][]) {
  test(`kill -9: killed before any call while mail is fetched by ${protocol} → all arrives, none is queued twice, none stays there`, async t => {
    const { made, peer, start } = await openFetching(t, protocol);
    let host = await start();
    await host.arm(noFault);
    await playOut(made, peer, 'unharmed');
    sweep(made);
    const total = (await host.arm(noFault)).length;
    assert.ok(total > 20, `${total} calls were counted`);
    let killed = 0;
    for (const point of points(wanted, total)) {
      refill(peer, `at ${point}`);
      await host.arm(killAt(point));
      // It may be killed at any moment from here on, also when all has arrived.
      await playOut(made, peer, `at ${point}`).catch(error => {
        if (error instanceof assert.AssertionError) throw error;
      });
      await host.kill();
      const at = await host.killed();
      if (at !== undefined) killed++;
      host = await start();
      await playOut(made, peer, `at ${point}, before ${at}`);
      sweep(made);
    }
    assert.ok(killed > 0);
    t.diagnostic(`${killed} kills among ${total} calls; seed ${seed}`);
  });
}

test('kill -9: killed when IMAP commands reach the server, or were done there → all arrives, none is queued twice, none stays there', async t => {
  const { made, peer, start } = await openFetching(t, 'IMAP');
  let host = await start();
  const before = peer.asked.length;
  await playOut(made, peer, 'unharmed');
  const total = peer.asked.length - before;
  sweep(made);
  assert.ok(total > 8, peer.asked.join('\n'));
  for (const point of points(4, 2 * total)) {
    const [number, isDone] = [Math.ceil(point / 2), point % 2 === 0];
    const when = `at command ${number}${isDone ? ', which was done' : ''}`;
    refill(peer, when);
    const asked = peer.asked.length;
    const { child } = host;
    peer.odd = () => {
      if (peer.asked.length - asked !== number) return undefined;
      child.kill('SIGKILL');
      return isDone ? undefined : 'close';
    };
    await playOut(made, peer, when).catch(error => {
      if (error instanceof assert.AssertionError) throw error;
    });
    peer.odd = () => undefined;
    await host.kill();
    host = await start();
    await playOut(made, peer, `${when}: ${peer.asked.at(asked + number - 1)}`);
    sweep(made);
  }
});

const labels = ['small', 'large', 'last'];

/** A server of either protocol. */
interface Peer {
  messages: readonly unknown[];
  readonly asked: readonly string[];
  readonly serve: (stream: Duplex) => void;
  odd: () => 'close' | undefined;
  /** The provider has these now. */
  fill(texts: ReadonlyMap<string, string>): void;
}

function peerOf(protocol: Protocol): Peer {
  const odd = { now: (): 'close' | undefined => undefined };
  const quirk = (command: string) => (command === '' ? undefined : odd.now());
  const common = <One extends Pop3Peer | ImapPeer>(one: One, fill: Peer['fill']) => ({
    get messages() {
      return one.messages;
    },
    asked: one.asked,
    serve: one.serve,
    set odd(now: Peer['odd']) {
      odd.now = now;
    },
    fill,
  });
  if (protocol === 'POP3') {
    const pop3 = pop3Peer([], quirk);
    return common(pop3, texts => {
      pop3.messages = [...texts].map(([uid, text]) => ({ uid, text }));
    });
  }
  const imap = imapPeer([], quirk);
  return common(imap, texts => {
    imap.messages = [...texts.values()].map(text => ({ uid: imap.uidNext++, text }));
  });
}

async function openFetching(t: TestContext, protocol: Protocol) {
  const peer = peerOf(protocol);
  const server = createServer(socket => peer.serve(socket.on('error', () => {}).unref())).unref();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const made = await initHome(tempDir(t), 'here.example', 'ines');
  mkdirSync(join(made.home, 'control/fetch'), { recursive: true });
  writeFileSync(
    join(made.home, 'control/fetch/provider'),
    `${popAccount.replace('pop3', protocol.toLowerCase()).replace('server 127.0.0.1', `server 127.0.0.1:${port}`)}keep no\n`,
  );
  writeFileSync(join(made.home, 'secrets/provider'), 'sesame\n', { mode: 0o600 });
  giveToOwner(made.home);
  refill(peer, 'unharmed');
  const below = [`${made.home}/queue/`, `${made.home}/fetch/`, `${made.mailHome}/`];
  return { made, peer, start: () => serveFaulty(t, made.home, [], { below, fault: noFault }) };
}

function refill(peer: Peer, when: string): void {
  const fresh = labels.map(label => {
    const body = `${'x'.repeat(label === 'large' ? 200_000 : 10)}\r\nthe end of ${label}\r\n`;
    return [`${label}-${when.replaceAll(' ', '-')}`, providersMessage(label, [], body)] as const;
  });
  peer.fill(new Map(fresh));
}

/** Resolves when the account rests. */
async function fetchOnce({ home }: TestHome): Promise<AccountStatus> {
  await call({ home }, 'fetch.now', { name: 'provider' });
  return until('the end of the run', async () => {
    const { accounts } = await call<{ accounts: AccountStatus[] }>({ home }, 'fetch.list', {});
    return accounts.find(({ state }) => state !== 'fetching');
  });
}

/** What has arrived, by label: the token of each copy. */
function arrived({ maildir }: TestHome): Map<string, string[]> {
  const texts = ['new', 'cur'].flatMap(part =>
    readdirSync(join(maildir, part)).map(name => readFileSync(join(maildir, part, name), 'latin1')),
  );
  return Map.groupBy(texts, labelOf);
}

function labelOf(text: string): string {
  const [, label = ''] = /^Subject: (.*)$/m.exec(text) ?? [];
  assert.ok(text.endsWith(`the end of ${label}\n`), `${label} is not whole`);
  return label;
}

const isHere = (made: TestHome) => arrived(made).size === labels.length;

/** Fetches what is left, and looks at what came of everything. */
async function playOut(made: TestHome, peer: Peer, when: string): Promise<void> {
  const { error } = await fetchOnce(made);
  assert.equal(error, null, `${error?.text} (${when})`);
  await until(`everything has arrived (${when})`, () => isHere(made));
  assert.deepEqual(peer.messages, [], when);
  for (const [label, texts] of arrived(made)) {
    // The queue may deliver a message twice when it is killed between a delivery and its mark: that is the same message.
    const tokens = new Set(texts.map(text => /with (?:POP3|IMAP) id ([0-9a-f]{32});/.exec(text)?.[1]));
    assert.equal(tokens.size, 1, `${label} was queued ${tokens.size} times (${when})`);
  }
}

function sweep({ maildir }: TestHome): void {
  for (const part of ['new', 'cur']) {
    for (const name of readdirSync(join(maildir, part))) rmSync(join(maildir, part, name));
  }
}
