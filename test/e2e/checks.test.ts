// The state of a host, check by check: the command line and the Api show the same records, and nothing leaves the machine unasked.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Check } from '../../core/api/checks.ts';
import { issue } from '../support/certificates.ts';
import { startDns } from '../support/dns-server.ts';
import { giveToOwner, initHome, serve, waypost } from '../support/host-process.ts';
import { tempDir } from '../support/temp-dir.ts';

test('check: a host with a certificate that ends, a dead relay and a DNS → each told once, by command and Api alike', async t => {
  const asked: string[] = [];
  const dns = await startDns(
    t,
    { 'here.example': { mx: [[10, 'mx.other.example']], a: ['192.0.2.7'], txt: ['"v=spf1 -all"'] } },
    name => asked.push(name),
  );
  const { home } = await initHome(tempDir(t), 'here.example', 'ines', {
    resolvers: `${dns}\n`,
    smtproutes: 'shore.example:127.0.0.1:1\n',
  });
  const { cert, key } = issue({ subject: 'here.example', days: [-1, 9.5] });
  mkdirSync(join(home, 'tls'));
  writeFileSync(join(home, 'tls/cert.pem'), cert);
  writeFileSync(join(home, 'tls/key.pem'), key);
  giveToOwner(home);
  const check = (...options: string[]) => waypost(['check', '--home', home, ...options]);

  const before = await check();
  const expires = /^tls\/cert\.pem expires in 9 days, at .*\. Renew it before\.\n$/;
  assert.match(before.stdout, expires);
  assert.equal(before.code, 1);

  await serve(t, home, ['--smtp', '127.0.0.1:0']);
  assert.match((await check()).stdout, expires);
  const all = (await check('--all')).stdout;
  assert.match(all, /^Fine {11}SMTP in: 127\.0\.0\.1 port \d+: SMTP answers at /m);
  assert.match(all, /^Fine {11}SMTP in, from other hosts: SMTP listens on 127\.0\.0\.1 only: /m);
  assert.match(all, /^Fine {11}Open relay: Strangers can send to the domains of this host only: /m);
  assert.match(all, /^Not looked at {2}Port 25 out: This is looked at on request only/m);
  assert.equal(asked.length, 0);

  const asRecords: Check[] = JSON.parse((await waypost(['api', '--home', home, 'host.checks'])).stdout).checks;
  // The figures of the disk and the clock have moved on.
  const steady = asRecords.filter(({ code }) => code !== 'disk' && code !== 'clock');
  assert.ok(steady.length > 8);
  for (const { looked, text } of steady) assert.ok(all.includes(`  ${looked}: ${text}\n`), text);

  const network = await check('--network');
  assert.match(network.stdout, /^The relay 127\.0\.0\.1 port 1 \(127\.0\.0\.1\) cannot be connected to: /m);
  assert.match(network.stdout, /^here\.example has the address 192\.0\.2\.7, which has no name in the DNS \(PTR\)/m);
  assert.ok(asked.includes('here.example'));
});
