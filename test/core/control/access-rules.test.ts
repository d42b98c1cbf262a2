// Who may connect and relay: tcprules as text or database and control/relayclients, changed and damaged while the host runs.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openAccessRules } from '../../../core/control/access-rules.ts';
import { parseTcpRules } from '../../../core/control/tcp-rules.ts';
import { encodeCdb } from '../../../core/lib/disk/cdb-writer.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';

const relayClients = ['127.0.0.1', '10.1.', 'fd00:', '192.168'];

test('access: no rules → all clients are allowed, control/relayclients may relay', t => {
  const home = tempDir(t);
  writeControl(home);
  const ask = openAccessRules(home, 'smtp');
  const ips = ['127.0.0.1', '10.1.2.3', 'fd00::7', '127.0.0.10', '10.10.0.1', '192.168.1.1', '::1'];
  const relays = ips.filter(ip => {
    const access = ask({ TCPREMOTEIP: ip }, relayClients);
    return access.kind === 'allowed' && access.environment.RELAYCLIENT === '';
  });
  assert.deepEqual(relays, ['127.0.0.1', '10.1.2.3', 'fd00::7']);
});

test('access: rules as text, changed while the host runs → the new ones count', t => {
  const home = tempDir(t);
  writeControl(home, { 'tcp.smtp': '10.:deny\n:allow,DATABYTES="9",RELAYCLIENT=".fix"\n' });
  const ask = openAccessRules(home, 'smtp');
  assert.deepEqual(ask({ TCPREMOTEIP: '10.1.2.3' }, relayClients), { kind: 'denied' });
  assert.deepEqual(ask({ TCPREMOTEIP: '127.0.0.1' }, relayClients), {
    kind: 'allowed',
    environment: { TCPREMOTEIP: '127.0.0.1', DATABYTES: '9', RELAYCLIENT: '.fix' },
    byRule: true,
  });
  writeFileSync(join(home, 'control', 'tcp.smtp'), '127.:deny\n');
  assert.deepEqual(ask({ TCPREMOTEIP: '127.0.0.1' }, relayClients), { kind: 'denied' });
});

test('access: malformed rules, or a damaged database → unknown, until they are fixed', t => {
  const home = tempDir(t);
  writeControl(home, { 'tcp.smtp': 'all of them\n1.2.3.4:permit\n' });
  const ask = openAccessRules(home, 'smtp');
  const reason = 'unable to read the access rules control/tcp.smtp: unable to parse this line: 1.2.3.4:permit';
  assert.deepEqual([ask({}), ask({})], Array(2).fill({ kind: 'unknown', reason }));
  const database = join(home, 'control', 'tcp.smtp.cdb');
  writeFileSync(database, 'short');
  assert.equal(ask({}).kind, 'unknown');
  writeFileSync(database, encodeCdb(parseTcpRules(':deny\n')));
  assert.equal(ask({}).kind, 'denied');
  rmSync(database);
  writeFileSync(join(home, 'control', 'tcp.smtp'), '');
  assert.equal(ask({}).kind, 'allowed');
});

test('access: each service → its own rules', t => {
  const home = tempDir(t);
  writeControl(home, { 'tcp.qmqp': ':deny\n' });
  const kinds = (['smtp', 'qmtp', 'qmqp', 'pop3'] as const).map(name => openAccessRules(home, name)({}).kind);
  assert.deepEqual(kinds, ['allowed', 'allowed', 'denied', 'allowed']);
});
