// A hub and a site with a link between them: mail waits at the hub until the link is up, and then goes in one contact.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LinkContact, LinkMessage, LinkStatus } from '../../core/api/links.ts';
import { call } from '../support/control-call.ts';
import { giveToOwner, initHome, type RunningHost, serve, type TestHome, waypost } from '../support/host-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

interface Town {
  readonly hub: TestHome;
  readonly site: TestHome;
  readonly host: RunningHost;
}

async function startTown(t: TestContext, protocol: 'smtp' | 'qmtp', more = ''): Promise<Town> {
  const directory = tempDir(t);
  const site = await initHome(directory, 'site.example', 'ann');
  const there = await serve(t, site.home, [`--${protocol}`, '127.0.0.1:0']);
  const port = there.ready[protocol]?.port;
  const hub = await initHome(directory, 'hub.example', 'ines');
  mkdirSync(join(hub.home, 'control', 'links'));
  const text = `carries site.example .site.example\nserver 127.0.0.1:${port}\nprotocol ${protocol}\n${more}`;
  writeFileSync(join(hub.home, 'control', 'links', 'site'), text);
  giveToOwner(directory);
  return { hub, site, host: await serve(t, hub.home, ['--smtp', '127.0.0.1:0']) };
}

async function send({ hub }: Town, recipient: string, text: string): Promise<void> {
  const args = ['sendmail', '--home', hub.home, '-f', 'ines@hub.example', recipient];
  const sent = await waypost(args, { input: text });
  assert.equal(sent.code, 0, sent.stderr);
}

const waiting = ({ hub }: Town) =>
  call<{ total: number; rows: LinkMessage[] }>(hub, 'links.waiting', { name: 'site', offset: 0, limit: 100 });

function mailIn(maildir: string): string[] {
  return readdirSync(join(maildir, 'new')).map(name => readFileSync(join(maildir, 'new', name), 'latin1'));
}

for (const protocol of ['smtp', 'qmtp'] as const) {
  test(`link by ${protocol}: mail for its domain waits, goes when it is up, and the history says so`, async t => {
    const town = await startTown(t, protocol);
    const { hub, site, host } = town;
    for (const subject of ['one', 'two', 'three']) {
      await send(town, 'ann@site.example', `From: ines@hub.example\nSubject: ${subject}\n\n.\nHello.\n`);
    }
    const waits = await until('three that wait', async () => {
      const { total, rows } = await waiting(town);
      return total === 3 ? rows : undefined;
    });
    assert.deepEqual(
      waits.map(({ sender, recipient, order, tooLarge, bulk }) => ({ sender, recipient, order, tooLarge, bulk })),
      Array.from({ length: 3 }, () => ({
        sender: 'ines@hub.example',
        recipient: 'ann@site.example',
        order: 'usual',
        tooLarge: false,
        bulk: false,
      })),
    );
    assert.deepEqual(waits.map(({ subject }) => subject).sort(), ['one', 'three', 'two']);
    assert.deepEqual(mailIn(site.maildir), []);

    await call(hub, 'links.up', { name: 'site' });
    await until('the mail', () => mailIn(site.maildir).length === 3);
    const contact = await until('the contact', async () => {
      const { contacts } = await call<{ contacts: LinkContact[] }>(hub, 'links.history', { name: 'site' });
      return contacts[0];
    });
    const { cause, end, sent, refused, bounced } = contact;
    assert.deepEqual(
      { cause, end, sent, refused, bounced },
      { cause: 'up', end: 'done', sent: 3, refused: 0, bounced: 0 },
    );
    assert.equal((await waiting(town)).total, 0);
    assert.match(mailIn(site.maildir)[0] ?? '', /^Return-Path: <ines@hub\.example>\nDelivered-To: ann@site\.example\n/);
    assert.ok(mailIn(site.maildir).every(text => text.endsWith('\n\n.\nHello.\n')));
    assert.match(host.log(), /status: link site: info: new\/\S+ succeeded: 127\.0\.0\.1 said: .*ok \d+ qp \d+/);

    const { text } = await call<{ text: string }>(hub, 'links.transcript', { name: 'site', startMs: contact.startMs });
    assert.match(
      text,
      protocol === 'smtp'
        ? /> MAIL FROM:<ines@hub\.example>\n[\s\S]*> \(a message of \d+ bytes\) \.\n/
        : /sending new\//,
    );
    assert.doesNotMatch(text, /Hello/);

    // What comes while it is up goes at once.
    await send(town, 'ann@site.example', 'Subject: four\n\nHello.\n');
    await until('the fourth', () => mailIn(site.maildir).length === 4);

    await call(hub, 'links.down', { name: 'site' });
    await send(town, 'ann@site.example', 'Subject: five\n\nHello.\n');
    await until('the fifth waits', async () => (await waiting(town)).total === 1);
    const { links } = await call<{ links: LinkStatus[] }>(hub, 'links.list');
    assert.equal(links[0]?.state, 'down');
    assert.equal(links[0]?.waiting.messages, 1);
    await call(hub, 'links.exchange', { name: 'site' });
    await until('the fifth', () => mailIn(site.maildir).length === 5);
  });
}

test('link: a recipient that the site refuses → back to the sender, without the prefix of the link', async t => {
  const town = await startTown(t, 'smtp');
  await send(town, 'ann@elsewhere.site.example', 'Subject: lost\n\nHello.\n');
  await until('it waits', async () => (await waiting(town)).total === 1);
  await call(town.hub, 'links.exchange', { name: 'site' });
  const bounce = await until('the bounce', () => mailIn(town.hub.maildir)[0]);
  assert.match(bounce, /\n<ann@elsewhere\.site\.example>:\n127\.0\.0\.1 said: 553 /);
  assert.equal((await waiting(town)).total, 0);
});
