// There is no room where the mail for a link waits: it stays in the queue, whole, the owner is told, and it goes when there is.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { HostStatus } from '../../core/api/host.ts';
import { call } from '../support/control-call.ts';
import { noFault, serveFaulty } from '../support/faulty-host.ts';
import { giveToOwner, initHome, waypost } from '../support/host-process.ts';
import { acceptingSmtp } from '../support/serial-rig.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

for (const what of ['ENOSPC', 'tear'] as const) {
  test(`link, disk full at its Maildir, ${what}: mail waits in the queue, the owner is told, all of it goes later`, async t => {
    const accepted: string[] = [];
    const server = createServer(socket => {
      socket.on('error', () => {});
      acceptingSmtp(accepted)(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;

    const made = await initHome(tempDir(t), 'hub.example', 'ines');
    mkdirSync(join(made.home, 'control', 'links'));
    writeFileSync(join(made.home, 'control/links/site'), `carries site.example\nserver 127.0.0.1:${port}\n`);
    giveToOwner(made.home);
    const maildir = join(made.home, 'serial/site/Maildir');
    const host = await serveFaulty(t, made.home, [], { below: [maildir], hurry: 200 });
    const problems = async () => (await call<HostStatus>(made, 'host.status')).problems;
    const fails = async () => (await problems()).find(({ code }) => code === 'link-spool-fails');

    await host.arm({
      what,
      first: 1,
      last: Number.MAX_SAFE_INTEGER,
      calls: ['write', 'create'].slice(0, what === 'tear' ? 1 : 2),
    });
    for (const number of [1, 2, 3]) {
      const args = ['sendmail', '--home', made.home, 'ann@site.example'];
      assert.equal((await waypost(args, { input: `Subject: number-${number}-\n\nHello.\n` })).code, 0);
    }
    const problem = await until('the problem', fails);
    assert.match(
      problem.text,
      /^Mail for the link site waits in the queue, .*serial\/site\/Maildir: no space left on device/,
    );
    const checked = await waypost(['check', '--home', made.home]);
    assert.equal(checked.code, 1);
    assert.ok(checked.stdout.includes('no space left on device'), checked.stdout);
    // What could be said of a link that is up: nothing is there to be sent.
    await call(made, 'links.up', { name: 'site' });
    for (const place of ['new', 'cur']) assert.deepEqual(readdirSync(join(maildir, place)), []);
    assert.equal((await call<HostStatus>(made, 'host.status')).waiting, 3);
    assert.deepEqual(accepted, []);

    await host.arm(noFault);
    // The next try is due.
    await host.setClock(3_600_000);
    await until('all have arrived', () => accepted.length === 3);
    await until('the problem is gone', async () => (await fails()) === undefined);
    assert.deepEqual(accepted.map(text => /number-(\d)-/.exec(text)?.[1]).sort(), ['1', '2', '3']);
    for (const place of ['new', 'cur', 'tmp'])
      await until(`nothing in ${place}`, () => readdirSync(join(maildir, place)).length === 0);
    assert.deepEqual(readdirSync(join(made.maildir, 'new')), [], 'no bounce');
  });
}
