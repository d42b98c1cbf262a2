// Two links carry one domain, and both are up: each message waits for one of them, goes once, and the owner is told.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { HostStatus } from '../../core/api/host.ts';
import type { LinkContact } from '../../core/api/links.ts';
import { call } from '../support/control-call.ts';
import { giveToOwner, initHome, serve, waypost } from '../support/host-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

test('two links up at once for one domain → nothing lost, nothing twice, and check and window say which one has the mail', async t => {
  const directory = tempDir(t);
  const site = await initHome(directory, 'site.example', 'ann');
  const there = await serve(t, site.home, ['--smtp', '127.0.0.1:0']);
  const hub = await initHome(directory, 'hub.example', 'ines');
  const links = join(hub.home, 'control/links');
  mkdirSync(links);
  for (const name of ['radio', 'phone'])
    writeFileSync(join(links, name), `carries site.example\nserver 127.0.0.1:${there.ready.smtp?.port}\n`);
  giveToOwner(directory);
  await serve(t, hub.home, []);

  let sent = 0;
  async function send(count: number): Promise<void> {
    const mails = Array.from({ length: count }, () => `Subject: number-${sent++}-\n\nHello.\n`);
    const args = ['sendmail', '--home', hub.home, '-f', 'ines@hub.example', 'ann@site.example'];
    for (const input of mails) assert.equal((await waypost(args, { input })).code, 0);
  }
  const arrived = () =>
    readdirSync(join(site.maildir, 'new')).map(name => {
      const text = readFileSync(join(site.maildir, 'new', name), 'latin1');
      return Number(/number-(\d+)-/.exec(text)?.[1]);
    });
  const allOnce = async () => {
    await until(`${sent} messages`, () => arrived().length >= sent);
    assert.deepEqual(
      arrived().sort((a, b) => a - b),
      Array.from({ length: sent }, (_, at) => at),
    );
  };
  const contactsOf = async (name: string) =>
    (await call<{ contacts: LinkContact[] }>(hub, 'links.history', { name })).contacts;
  const sentBy = async (name: string) => (await contactsOf(name)).reduce((sum, contact) => sum + contact.sent, 0);

  await send(3);
  for (const name of ['radio', 'phone']) await call(hub, 'links.up', { name });
  await send(3);
  await allOnce();
  await until('the record of the contacts', async () => (await sentBy('phone')) === sent);
  assert.equal(await sentBy('radio'), 0);

  const says =
    /control\/links\/radio:1: The link phone carries site\.example too, and comes first: the mail waits for phone\. Remove one of the two\./;
  const { problems } = await call<HostStatus>(hub, 'host.status');
  assert.match(problems.find(({ code }) => code === 'link-domain-twice')?.text ?? '', says);
  const checked = await waypost(['check', '--home', hub.home]);
  assert.deepEqual([checked.code, says.test(checked.stdout)], [1, true], checked.stdout);

  // What waits for one link is not lost when the other takes its place, and does not go by both.
  for (const name of ['radio', 'phone']) await call(hub, 'links.down', { name });
  await send(2);
  await until(
    'two wait',
    async () => (await call<{ total: number }>(hub, 'links.waiting', { name: 'phone' })).total === 2,
  );
  writeFileSync(join(links, 'phone'), readFileSync(join(links, 'phone'), 'utf8').replace('carries site.example\n', ''));
  await call(hub, 'host.reload');
  await send(2);
  for (const name of ['radio', 'phone']) await call(hub, 'links.up', { name });
  await allOnce();
  const after = await call<HostStatus>(hub, 'host.status');
  assert.ok(after.problems.every(({ code }) => code !== 'link-domain-twice'));
  rmSync(links, { recursive: true });
});
