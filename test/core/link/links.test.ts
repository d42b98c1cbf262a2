// When links are used, in which order what waits goes, and what is done with it: with a clock that the tests move.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { formatReceived } from '../../../core/receive/received.ts';
import { endedContacts, startLinks, upOf } from '../../support/link-rig.ts';
import { acceptingSmtp, smtpReplies } from '../../support/serial-rig.ts';
import { until } from '../../support/until.ts';

const monday = new Date(2026, 10, 30, 5, 0).getTime();
const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const base = 'carries site.example\nserver 192.0.2.1:25\n';

test('links: windows from Monday to Friday, a week → what waits goes in each of the five, and at no other time', async t => {
  const accepted: string[] = [];
  const files = { site: `${base}window mon-fri 06:00-06:15\n` };
  const rig = await startLinks(t, { files, startMs: monday, serve: () => acceptingSmtp(accepted) });
  await upOf(rig, 'site');
  const contacts: number[] = [];
  for (let day = 0; day < 7; day++) {
    rig.put('site', `m${day}`);
    await rig.pass(dayMs, 5 * minuteMs);
    contacts.push((await rig.links.handlers['links.history']({ name: 'site' })).contacts.length);
  }
  assert.deepEqual(contacts, [1, 2, 3, 4, 5, 5, 5]);
  assert.deepEqual(rig.left('site'), ['new/m5', 'new/m6']);
  const { contacts: all } = await rig.links.handlers['links.history']({ name: 'site' });
  assert.ok(
    all.every(({ startMs, cause, sent }) => new Date(startMs).getHours() === 6 && cause === 'window' && sent === 1),
  );
});

test('links: up is said a thousand times → one contact; down ends its use', async t => {
  const rig = await startLinks(t, { files: { site: base }, startMs: monday, serve: () => acceptingSmtp([]) });
  rig.put('site', 'one');
  for (let time = 0; time < 1000; time++) await upOf(rig, 'site');
  await endedContacts(rig, 'site', 1);
  assert.equal(rig.dials, 1);
  const state = join(rig.home, 'serial/site/state');
  await until('the use of today on the disk', () => JSON.parse(readFileSync(state, 'utf8')).today.bytes > 0);
  const written = statSync(state).mtimeMs;
  for (let time = 0; time < 1000; time++) await upOf(rig, 'site');
  await rig.settle();
  assert.equal(statSync(state).mtimeMs, written);
  await rig.links.handlers['links.down']({ name: 'site' });
  rig.put('site', 'two');
  await rig.pass(dayMs, 10 * minuteMs);
  assert.deepEqual([rig.dials, rig.left('site')], [1, ['new/two']]);
});

test('links: the server does not answer → tried again with growing pauses while the link is up', async t => {
  const rig = await startLinks(t, { files: { site: base }, startMs: monday, serve: () => undefined });
  rig.put('site', 'one');
  await upOf(rig, 'site');
  await until('the first try', () => rig.dials === 1);
  const tries = [];
  for (let hour = 0; hour < 4; hour++) {
    await rig.pass(hourMs, 10_000);
    tries.push(rig.dials);
  }
  assert.ok((tries[0] ?? 0) >= 5 && (tries[3] ?? 0) - (tries[2] ?? 0) === 1, `tries by the hour: ${tries}`);
  assert.deepEqual(rig.left('site'), ['new/one']);
});

test('links: a server that hangs → its limit ends the contact, and another link goes on meanwhile', async t => {
  const accepted: string[] = [];
  const hung = (stream: Duplex) => void stream.write('220 far\r\n');
  const files = { one: `${base}contact-minutes 1\n`, two: base.replace('site', 'other').replace('2.1:25', '2.2:26') };
  const serve = (port: number) => (port === 25 ? hung : acceptingSmtp(accepted));
  const rig = await startLinks(t, { files, startMs: monday, serve });
  for (const link of ['one', 'two']) rig.put(link, 'm');
  await upOf(rig, 'one');
  await upOf(rig, 'two');
  await endedContacts(rig, 'two', 1);
  assert.equal(accepted.length, 1);
  const status = async () => (await rig.links.handlers['links.list']({})).links[0]?.progress;
  assert.ok(await status());
  await rig.pass(minuteMs, 1000);
  const [contact] = await endedContacts(rig, 'one', 1);
  assert.deepEqual([contact?.end, contact?.sent, rig.left('one')], ['given-up', 0, ['new/m']]);
});

test('links: the order: a person’s first, small before large, old before new, bulk last; held and too large ones stay', async t => {
  const accepted: string[] = [];
  const files = { site: `${base}largest-bytes 20000\n` };
  const rig = await startLinks(t, { files, startMs: monday, serve: () => acceptingSmtp(accepted) });
  const text = (subject: string, bytes: number, more = '') => `Subject: ${subject}\n${more}\n${'x'.repeat(bytes)}\n`;
  rig.put('site', 'a', { text: text('large', 9000), atMs: monday - 9000 });
  rig.put('site', 'b', { text: text('new', 100), atMs: monday - 1000 });
  rig.put('site', 'c', { text: text('old', 200), atMs: monday - 5000 });
  rig.put('site', 'd', { text: text('bulk', 10, 'Precedence: bulk\n'), atMs: monday - 9000 });
  rig.put('site', 'e', { text: text('first', 12_000) });
  rig.put('site', 'f', { text: text('held', 10) });
  rig.put('site', 'g', { text: text('huge', 30_000) });
  rig.put('site', 'h', { text: text('now', 30_000) });
  const order = (id: string, how: 'first' | 'held' | 'now') =>
    rig.links.handlers['links.order']({ name: 'site', ids: [id], order: how });
  await order('new/e', 'first');
  await order('new/f', 'held');
  await order('new/h', 'now');
  const { rows } = await rig.links.handlers['links.waiting']({ name: 'site', offset: 0, limit: 100 });
  assert.deepEqual(
    rows.map(({ subject }) => subject),
    ['now', 'first', 'old', 'new', 'held', 'large', 'huge', 'bulk'],
  );
  await upOf(rig, 'site');
  await endedContacts(rig, 'site', 1);
  const subjects = accepted.map(message => /Subject: (\w+)/.exec(message)?.[1]);
  assert.deepEqual(subjects, ['now', 'first', 'old', 'new', 'large', 'bulk']);
  const { links } = await rig.links.handlers['links.list']({});
  assert.deepEqual([links[0]?.waiting.messages, links[0]?.keptBack], [0, 2]);
});

test('links: kept offline → nothing goes, and an exchange that a person wants does all the same', async t => {
  const rig = await startLinks(t, { files: { site: base }, startMs: monday, serve: () => acceptingSmtp([]) });
  await rig.links.handlers['links.offline']({ name: 'site', offline: true });
  rig.put('site', 'one');
  await upOf(rig, 'site');
  await rig.pass(hourMs);
  assert.equal(rig.dials, 0);
  await rig.links.handlers['links.exchange']({ name: 'site' });
  const [contact] = await endedContacts(rig, 'site', 1);
  assert.deepEqual([contact?.cause, contact?.sent], ['person', 1]);
});

test('links: refused for now for longer than the lifetime → goes back when it was up so long, not before', async t => {
  const refusing = () => smtpReplies(['220 far', '250 far', '451 not now', '221 bye']);
  const files = { site: `${base}lifetime 7200\n` };
  const rig = await startLinks(t, { files, startMs: monday, serve: refusing });
  rig.put('site', 'one');
  // A week passes, but the link is up for an hour only.
  await rig.pass(7 * dayMs, hourMs);
  await upOf(rig, 'site');
  await rig.pass(hourMs, 30_000);
  await rig.links.handlers['links.down']({ name: 'site' });
  assert.deepEqual([rig.queued.length, rig.left('site')], [0, ['new/one']]);
  await rig.pass(7 * dayMs, hourMs);
  await upOf(rig, 'site');
  await rig.pass(3 * hourMs, 30_000);
  assert.deepEqual(rig.queued, [{ sender: '', recipients: ['ines@hub.example'] }]);
  assert.deepEqual(rig.left('site'), []);
});

test('links: the step queue → the ordinary queue waits while it is down, and its mail ages only while it is up', async t => {
  const files = { isp: 'do queue\n' };
  const rig = await startLinks(t, { files, startMs: monday, serve: () => undefined });
  const { gate } = rig.links;
  const startSec = monday / 1000;
  assert.deepEqual([gate.isOpen, gate.waitsFor], [false, ['isp']]);
  await rig.pass(dayMs, hourMs);
  await upOf(rig, 'isp');
  await until('the gate', () => gate.isOpen);
  assert.deepEqual([rig.opened.length, gate.waitsFor], [1, []]);
  await rig.pass(hourMs);
  await rig.links.handlers['links.down']({ name: 'isp' });
  assert.equal(gate.isOpen, false);
  await rig.pass(dayMs, hourMs);
  assert.equal(gate.ageSec(startSec, rig.clock.nowMs() / 1000), 3600);
  rmSync(join(rig.home, 'control/links/isp'));
  rig.links.reload();
  assert.equal(gate.isOpen, true);
});

test('links: the step queue, and mail ages by the clock → how long the gate was open is known all the same', async t => {
  const files = { isp: 'do queue\nlifetime-counts clock\n' };
  const rig = await startLinks(t, { files, startMs: monday, serve: () => undefined });
  const { gate } = rig.links;
  const toNow = (): [number, number] => [monday / 1000, rig.clock.nowMs() / 1000];
  await rig.pass(dayMs, hourMs);
  await upOf(rig, 'isp');
  await until('the gate', () => gate.isOpen);
  await rig.pass(hourMs);
  assert.deepEqual([gate.ageSec(...toNow()), gate.openSec(...toNow())], [90_000, 3600]);
});

test('links: an exchange is ordered while the link is down → the ordinary queue goes for ten minutes, unless it is to stay offline', async t => {
  const rig = await startLinks(t, { files: { isp: 'do queue\n' }, startMs: monday, serve: () => undefined });
  const { gate, handlers } = rig.links;
  const order = async () => {
    await handlers['links.exchange']({ name: 'isp' });
    await until('the gate', () => gate.isOpen);
  };
  await order();
  await rig.pass(9 * minuteMs);
  assert.deepEqual([gate.isOpen, rig.opened.length], [true, 1]);
  await rig.pass(minuteMs);
  assert.equal(gate.isOpen, false);
  await order();
  assert.equal(rig.opened.length, 2);
  await handlers['links.offline']({ name: 'isp', offline: true });
  assert.equal(gate.isOpen, false);
});

test('links: the day’s limit of bytes is reached → nothing more goes until the next day', async t => {
  const rig = await startLinks(t, {
    files: { site: `${base}day-bytes 3000\n` },
    startMs: monday,
    serve: () => acceptingSmtp([]),
  });
  for (const name of ['a', 'b', 'c']) rig.put('site', name, { text: `\n${'x'.repeat(1200)}\n` });
  await upOf(rig, 'site');
  await endedContacts(rig, 'site', 1);
  assert.equal(rig.left('site').length, 1);
  await rig.pass(12 * hourMs, 10 * minuteMs);
  assert.equal(rig.left('site').length, 1);
  await rig.pass(12 * hourMs, 10 * minuteMs);
  assert.deepEqual(rig.left('site'), []);
});

test('links: damaged small files → put aside and said, and the link works', async t => {
  const names = ['state', 'order', 'history'];
  const rig = await startLinks(t, {
    files: { site: base },
    startMs: monday,
    serve: () => acceptingSmtp([]),
    prepare(home) {
      mkdirSync(join(home, 'serial/site'), { recursive: true });
      for (const name of names) writeFileSync(join(home, 'serial/site', name), '{"torn');
    },
  });
  for (const name of names) assert.equal(readFileSync(join(rig.home, `serial/site/${name}.damaged`), 'utf8'), '{"torn');
  assert.equal(rig.log.filter(line => line.includes('is damaged')).length, 3);
  rig.put('site', 'one');
  await upOf(rig, 'site');
  await endedContacts(rig, 'site', 1);
  assert.deepEqual(rig.left('site'), []);
});

test('links: a message is to go now while no window is open → it alone goes; when that fails, it is tried after a pause', async t => {
  const accepted: string[] = [];
  let isUp = false;
  const files = { site: `${base}window daily 06:00-06:15\n` };
  const rig = await startLinks(t, {
    files,
    startMs: monday - 12 * hourMs,
    serve: () => (isUp ? acceptingSmtp(accepted) : undefined),
  });
  await upOf(rig, 'site');
  rig.put('site', 'a', { text: 'Subject: usual\n\nx\n' });
  rig.put('site', 'b', { text: 'Subject: urgent\n\nx\n' });
  await rig.links.handlers['links.order']({ name: 'site', ids: ['new/b'], order: 'now' });
  await until('the first try', () => rig.dials === 1);
  await rig.pass(hourMs, 10_000);
  assert.ok(rig.dials > 2 && rig.dials < 10, `${rig.dials} tries`);
  isUp = true;
  await rig.pass(2 * hourMs, 10_000);
  assert.deepEqual([accepted.length, rig.left('site')], [1, ['new/a']]);
  assert.match(accepted[0] ?? '', /urgent/);
  const dials = rig.dials;
  await rig.pass(4 * hourMs, 60_000);
  assert.equal(rig.dials, dials);
});

test('links: the server is the client → mail goes when it comes, and nobody orders it to the address that it had', async t => {
  const accepted: string[] = [];
  const files = { site: 'carries site.example\nserver client:25\nturn-for login ann\n' };
  const rig = await startLinks(t, { files, startMs: monday, serve: () => acceptingSmtp(accepted) });
  rig.put('site', 'one');
  rig.links.turnServer.madeContact({ ip: '192.0.2.7', login: 'ann' });
  await endedContacts(rig, 'site', 1);
  assert.equal(rig.dials, 1);
  rig.put('site', 'two');
  await upOf(rig, 'site');
  await rig.links.handlers['links.exchange']({ name: 'site' });
  await rig.pass(hourMs);
  assert.deepEqual([rig.dials, rig.left('site')], [1, ['new/two']]);
  rig.links.turnServer.madeContact({ ip: '192.0.2.8', login: 'ann' });
  await until('the second message', () => accepted.length === 2);
});

test('links: the server is named by its host name → after a contact mail that came from there does not go back, also after a restart', async t => {
  const files = { site: 'carries site.example\nserver mail.site.example\n' };
  const options = { files, startMs: monday, serve: () => acceptingSmtp([]), lookUp: () => ['192.0.2.1', '192.0.2.2'] };
  const rig = await startLinks(t, options);
  const head = formatReceived(
    {
      remoteHost: undefined,
      remoteIp: '192.0.2.2',
      remoteInfo: undefined,
      localHost: 'hub',
      helo: 'x',
      protocol: 'SMTP',
    },
    0,
  );
  const refused = ({ links }: typeof rig) =>
    links.spoolFor('link-site-ann@site.example')?.refuses(Buffer.from(`${head}Subject: x\n\nx\n`))?.kind;
  assert.equal(refused(rig), undefined);
  rig.put('site', 'one');
  await upOf(rig, 'site');
  await endedContacts(rig, 'site', 1);
  assert.equal(refused(rig), 'never');
  await rig.links.stop();
  const again = await startLinks(t, {
    ...options,
    prepare: next => cpSync(join(rig.home, 'serial'), join(next, 'serial'), { recursive: true }),
  });
  assert.equal(refused(again), 'never');
});
