// Who is let into the page, and for how long: keys, sessions, and the files that lead there.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Caller } from '../../../../core/api/transport/caller.ts';
import { hostIsRight, hostProof, pageIsRight, pageProof } from '../../../../core/api/transport/session-proof.ts';
import { openPages } from '../../../../core/host/pages/pages.ts';
import { keyOf } from '../../../support/page-line.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const origin = 'http://127.0.0.1:8025';
const dayMs = 86_400_000;
const owner: Caller = { user: 'alice', way: { kind: 'control-socket' } };
const alice = { user: 'alice', origin, browser: 'a browser' };

function setUp(t: TestContext) {
  const home = tempDir(t);
  const clock = steppedClock(1_000_000_000);
  const log: string[] = [];
  const open = (users: readonly string[] = ['alice']) => {
    const pages = openPages({ home, clock, log: line => log.push(line), serves: user => users.includes(user) });
    pages.showIn({ kind: 'page', url: `${origin}/`, connected: () => 0 });
    return pages;
  };
  return { home, clock, log, open, files: () => readdirSync(join(home, 'run', 'page')) };
}

test('keys: used twice, invented, or too old → only the first use is admitted', t => {
  const { clock, open } = setUp(t);
  const pages = open();
  const [first, second] = [keyOf(pages.invite('alice', false).url), keyOf(pages.invite('alice', false).url)];
  assert.notEqual(first, second);
  assert.deepEqual([pages.spend(first), pages.spend(first), pages.spend('made-up')], ['alice', undefined, undefined]);
  clock.pass(5 * 60_000);
  assert.equal(pages.spend(second), undefined);
});

test('forwarding file: for its owner only, another key than the printed one, gone when used or after a minute', t => {
  const { home, clock, open, files } = setUp(t);
  const pages = open();
  const { url, file } = pages.invite('alice', true);
  const html = readFileSync(file as string, 'utf8');
  const inFile = /url=\S+#key=([0-9a-f]+)"/.exec(html)?.[1] as string;
  assert.deepEqual(
    [statSync(file as string).mode & 0o777, statSync(join(home, 'run', 'page')).mode & 0o777, files().length],
    [0o600, 0o700, 1],
  );
  assert.ok(!html.includes(keyOf(url)));
  assert.equal(pages.spend(inFile), 'alice');
  assert.deepEqual(files(), []);
  pages.invite('alice', true);
  clock.pass(60_000);
  assert.deepEqual(files(), []);
  assert.equal(pages.spend(keyOf(url)), 'alice');
});

test('forwarding file: of a host that stopped, or was killed → gone with the next one', async t => {
  const { open, files } = setUp(t);
  const first = open();
  first.invite('alice', true);
  open();
  assert.deepEqual(files(), []);
  const second = open();
  second.invite('alice', true);
  await second.close();
  assert.deepEqual(files(), []);
});

test('sessions: after a restart → still there, known by a proof; the file holds no secret and is its owner’s', async t => {
  const { home, log, open } = setUp(t);
  const { session, secret } = await open().sessions.make(alice);
  const path = join(home, 'page', 'sessions.json');
  const modes = [statSync(path).mode & 0o777, statSync(join(home, 'page')).mode & 0o777];
  assert.deepEqual([modes, readFileSync(path, 'utf8').includes(secret)], [[0o600, 0o700], false]);
  assert.ok(!log.join().includes(secret));

  const found = open().sessions.find(session.id, origin);
  assert.deepEqual(found?.session, session);
  const exchange = { session: session.id, pageNonce: 'a', hostNonce: 'b', origin };
  const verifier = found?.verifier as NonNullable<typeof found>['verifier'];
  const proof = await pageProof(secret, exchange);
  assert.deepEqual(
    [
      await pageIsRight(verifier, exchange, proof),
      await pageIsRight(verifier, { ...exchange, hostNonce: 'c' }, proof),
      await pageIsRight(verifier, { ...exchange, origin: 'http://127.0.0.1:8026' }, proof),
      await pageIsRight(verifier, exchange, await pageProof('another', exchange)),
      await pageIsRight(verifier, exchange, ''),
      await pageIsRight(verifier, exchange, verifier.pageKeyHash),
      await hostIsRight(secret, exchange, await hostProof(verifier, exchange)),
      await hostIsRight(secret, exchange, proof),
    ],
    [true, false, false, false, false, false, true, false],
  );
});

test('sessions: another origin, another user, 30 days without use → not known', async t => {
  const { clock, open } = setUp(t);
  const pages = open();
  const { id } = (await pages.sessions.make(alice)).session;
  assert.equal(pages.sessions.find(id, 'http://127.0.0.1:8026'), undefined);
  clock.pass(29 * dayMs);
  pages.sessions.used(id);
  await pages.sessions.settled();
  clock.pass(29 * dayMs);
  assert.ok(open().sessions.find(id, origin), 'the last use counts, over a restart too');
  assert.equal(open(['bob']).sessions.find(id, origin), undefined, 'the host serves somebody else now');
  clock.pass(2 * dayMs);
  assert.deepEqual([pages.sessions.find(id, origin), pages.sessions.list()], [undefined, []]);
});

test('sessions: very many → those that were not used for longest go', async t => {
  const { clock, open } = setUp(t);
  const { sessions } = open();
  const made: string[] = [];
  for (let n = 0; n < 103; n += 1) {
    clock.pass(1000);
    made.push((await sessions.make(alice)).session.id);
  }
  assert.deepEqual(
    sessions.list().map(({ id }) => id),
    made.slice(3),
  );
});

test('sessions: an invalid file → no session is admitted, the log says so, the host continues', async t => {
  const { home, log, open } = setUp(t);
  const { id } = (await open().sessions.make(alice)).session;
  writeFileSync(join(home, 'page', 'sessions.json'), '[{"id":');
  const pages = open();
  assert.deepEqual([pages.sessions.find(id, origin), pages.sessions.list()], [undefined, []]);
  assert.match(log.at(-1) ?? '', /^warning: unable to read .*sessions\.json, no page has a session/);
  await pages.sessions.make(alice);
  assert.equal(open().sessions.list().length, 1);
});

test('page.sessions and page.revoke: one, then all → ended permanently, its page is told; sessions of others stay', async t => {
  const { open } = setUp(t);
  const pages = open(['alice', 'bob']);
  const ended: string[] = [];
  pages.sessions.onEnded(id => ended.push(id));
  const [a, b, other] = [
    (await pages.sessions.make(alice)).session,
    (await pages.sessions.make(alice)).session,
    (await pages.sessions.make({ ...alice, user: 'bob' })).session,
  ];
  const { handlers } = pages;
  assert.deepEqual(await handlers['page.sessions']({}, owner), [
    { ...a, open: 0 },
    { ...b, open: 0 },
  ]);
  assert.deepEqual(await handlers['page.revoke']({ ids: [a.id, other.id, 'no'] }, owner), { revoked: [a.id] });
  assert.deepEqual(await handlers['page.revoke']({}, owner), { revoked: [b.id] });
  assert.deepEqual(ended, [a.id, b.id]);
  assert.deepEqual(open(['alice', 'bob']).sessions.list(), [other]);
});

test('page.open: by a page, without a page, on the desktop → refused, refused, its window', async t => {
  const { open } = setUp(t);
  const pages = open();
  const { handlers } = pages;
  const page: Caller = { user: 'alice', way: { kind: 'page', session: 'x' } };
  await assert.rejects(handlers['page.open']({ browser: false }, page), { code: 'page-opens-page' });
  const shown: number[] = [];
  const hide = pages.showIn({ kind: 'window', show: () => shown.push(1) });
  assert.deepEqual([await handlers['page.open']({ browser: true }, owner), shown], [{ shown: 'window' }, [1]]);
  hide();
  await assert.rejects(handlers['page.open']({ browser: false }, owner), { code: 'window-none', message: /--ui/ });
});

test('port: none yet, kept, nonsense → the last one, if any', t => {
  const { home, open } = setUp(t);
  const { port } = open();
  assert.equal(port.last(), undefined);
  port.keep(8025);
  assert.equal(open().port.last(), 8025);
  for (const text of ['', '0', '70000', 'x', '1.5']) {
    writeFileSync(join(home, 'page', 'port'), text);
    assert.equal(port.last(), undefined, text);
  }
});
