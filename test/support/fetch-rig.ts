// Accounts over servers in memory, with a clock that a test moves, and a queue that keeps what it gets.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Duplex, duplexPair } from 'node:stream';
import type { TestContext } from 'node:test';
import type { AccountStatus } from '../../core/api/fetch.ts';
import { readControl } from '../../core/control/control.ts';
import { createFetching, type Fetching } from '../../core/fetch/fetching.ts';
import { createAccessTokens } from '../../core/login/oauth/access-tokens.ts';
import type { Fetch } from '../../core/login/oauth/token-endpoint.ts';
import type { Accepted, Envelope } from '../../core/paper-path/shapes.ts';
import { type SteppedClock, steppedClock } from './stepped-clock.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

interface Queued extends Envelope {
  readonly text: string;
}

export interface FetchRig {
  readonly home: string;
  readonly clock: SteppedClock;
  readonly log: string[];
  readonly queued: Queued[];
  /** What the queue answers; undefined: it accepts. */
  refuses: Accepted | undefined;
  /** The server of the next connections. */
  serve: (stream: Duplex) => void;
  readonly fetching: Fetching;
  /** The token endpoint of the provider; at first nobody answers. */
  provider: Fetch;
  /** Connections that were made. */
  dials: number;
  /** Fetches once. @returns the state of the account after it */
  fetch(): Promise<AccountStatus>;
  status(): AccountStatus;
  /** Another file for the account. */
  rewrite(account: string): void;
  /** As after a restart of the host. */
  restart(): Promise<void>;
}

/** The subjects of what the queue has got. */
export const subjects = ({ queued }: FetchRig) => queued.map(({ text }) => /^Subject: (.*)$/m.exec(text)?.[1]);

export const popAccount = `protocol pop3
server 127.0.0.1
tls none
user joe
secret provider
to ines@here.example
every 0
`;

export async function startFetchRig(
  t: TestContext,
  account: string,
  serve: (stream: Duplex) => void,
): Promise<FetchRig> {
  const home = tempDir(t);
  for (const path of ['control/fetch', 'queue/mess']) mkdirSync(join(home, path), { recursive: true });
  mkdirSync(join(home, 'secrets'), { mode: 0o700 });
  writeFileSync(join(home, 'control/me'), 'here.example\n');
  writeFileSync(join(home, 'control/locals'), 'here.example\n');
  writeFileSync(join(home, 'control/fetch/provider'), account);
  writeFileSync(join(home, 'secrets/provider'), 'sesame\n', { mode: 0o600 });
  const clock = steppedClock(Date.UTC(2026, 10, 30));

  const create = () =>
    createFetching({
      home,
      clock,
      log: line => void rig.log.push(line),
      control: () => readControl(home),
      tokens: createAccessTokens({ home, clock, fetch: (...asked) => rig.provider(...asked) }),
      reach: {
        lookUp: async host => [host],
        async dial() {
          rig.dials++;
          const [near, far] = duplexPair();
          for (const stream of [near, far]) stream.on('error', () => {});
          rig.serve(far);
          return near as never;
        },
      },
      async accept(source, envelope, _invoker, onCommit) {
        const pieces: Uint8Array[] = [];
        if (rig.refuses) return rig.refuses;
        for await (const piece of source) pieces.push(Buffer.from(piece));
        rig.queued.push({ ...envelope, text: Buffer.concat(pieces).toString('latin1') });
        onCommit?.();
        return { ok: true, id: rig.queued.length, qp: 7 };
      },
      changed: () => {},
      problemsChanged: () => {},
      accountsSaved: () => fetching.reload(),
      waitingHeads: () => rig.queued.map(({ text }) => text),
    });
  let fetching = create();
  const rig: FetchRig = {
    ...{ home, clock, serve },
    log: [],
    queued: [],
    refuses: undefined,
    provider: () => Promise.reject(new Error('nobody answers')),
    dials: 0,
    get fetching() {
      return fetching;
    },
    status() {
      const [status] = fetching.status();
      if (!status) throw new Error('there is no account');
      return status;
    },
    async fetch() {
      await fetching.handlers['fetch.now']({ name: 'provider' });
      return until('the end of the run', () => {
        const status = rig.status();
        return status.state === 'fetching' ? undefined : status;
      });
    },
    rewrite(next) {
      writeFileSync(join(home, 'control/fetch/provider'), next);
      fetching.reload();
    },
    async restart() {
      await fetching.stop();
      fetching = create();
      fetching.recover();
      fetching.start();
    },
  };
  t.after(async () => {
    await fetching.stop();
    rmSync(join(home, 'fetch'), { recursive: true, force: true });
  });
  fetching.start();
  return rig;
}
