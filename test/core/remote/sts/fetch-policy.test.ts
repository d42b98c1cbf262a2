// Policies by HTTPS: only a good certificate, status 200, text/plain and 64 KB will do.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../../core/lib/clock.ts';
import { createFetchPolicy } from '../../../../core/remote/sts/fetch-policy.ts';
import { type Issued, issue } from '../../../support/certificates.ts';

const ca = issue({ subject: 'Test CA', isCa: true });
const own = issue({ subject: 'mta-sts.x.example', issuer: ca });
const text = 'version: STSv1\nmode: none\nmax_age: 1\n';

async function fetchFrom(t: TestContext, answer: RequestListener, { cert, key }: Issued = own, clock = systemClock) {
  const server = createServer({ cert, key }, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const addresses = async () => ({ kind: 'found', records: ['127.0.0.1'] }) as const;
  return createFetchPolicy(addresses, clock, port, ca.cert)('x.example');
}

const plain = { 'content-type': 'text/plain; charset=utf-8' };

test('fetch: a policy → its text, from the well-known path of the host for it', async t => {
  const asked: unknown[] = [];
  const fetched = fetchFrom(t, (request, response) => {
    asked.push(request.url, request.headers.host?.split(':')[0]);
    response.writeHead(200, plain).end(text);
  });
  assert.equal(await fetched, text);
  assert.deepEqual(asked, ['/.well-known/mta-sts.txt', 'mta-sts.x.example']);
});

const wrong: [what: string, answer: RequestListener, why: RegExp][] = [
  [
    '301',
    (_, response) => void response.writeHead(301, { ...plain, location: 'https://other.example/' }).end(text),
    /answers 301/,
  ],
  ['404', (_, response) => void response.writeHead(404, plain).end(text), /answers 404/],
  [
    'a page',
    (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(text),
    /something else than text\/plain/,
  ],
  ['no type', (_, response) => void response.writeHead(200).end(text), /something else than text\/plain/],
  [
    '70,000 bytes',
    (_, response) => void response.writeHead(200, plain).end('x'.repeat(70_000)),
    /more than 65536 bytes/,
  ],
  [
    'the end in the middle',
    (_, response) => void response.writeHead(200, plain).write(text, () => response.destroy()),
    /aborted|hang up|ECONNRESET/,
  ],
];

for (const [what, answer, why] of wrong) {
  test(`fetch: ${what} → no policy, and why`, async t => {
    await assert.rejects(fetchFrom(t, answer), why);
  });
}

for (const [what, shown] of [
  ['of another host', issue({ subject: 'x.example', issuer: ca })],
  ['that has expired', issue({ subject: 'mta-sts.x.example', issuer: ca, days: [-9, -1] })],
  ['that signs itself', issue({ subject: 'mta-sts.x.example' })],
] as const) {
  test(`fetch: a certificate ${what} → no policy, nothing is asked`, async t => {
    let asked = 0;
    await assert.rejects(fetchFrom(t, (_, response) => response.end(String(asked++)), shown));
    assert.equal(asked, 0);
  });
}

test('fetch: a server that does not answer → given up after a minute', async t => {
  const limits: number[] = [];
  const asked = Promise.withResolvers<void>();
  let giveUp = (): void => {};
  const clock = {
    ...systemClock,
    after(delayMs: number, run: () => void) {
      limits.push(delayMs);
      giveUp = run;
      return () => {};
    },
  };
  const fetched = fetchFrom(t, () => asked.resolve(), own, clock);
  await asked.promise;
  giveUp();
  await assert.rejects(fetched, /takes more than a minute/);
  assert.deepEqual(limits, [60_000]);
});

test('fetch: a name without an address → no policy', async () => {
  const fetchPolicy = createFetchPolicy(async () => ({ kind: 'none' }), systemClock);
  await assert.rejects(fetchPolicy('x.example'), /mta-sts\.x\.example has no address/);
});
