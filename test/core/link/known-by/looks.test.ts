// How it is found out whether a link is up.
import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { parseLink } from '../../../../core/control/links/link-file.ts';
import { createDial } from '../../../../core/conversation/channel.ts';
import { systemClock } from '../../../../core/lib/clock.ts';
import { createLooks } from '../../../../core/link/known-by/looks.ts';
import { startTcpPeer } from '../../../support/tcp-peer.ts';

const looks = createLooks({
  clock: systemClock,
  dial: createDial(systemClock),
  lookUp: async host => [host],
  environment: process.env,
});
const look = (knownBy: string) => looks(parseLink('x', `server h.example\nknown-by ${knownBy}\n`).link)?.();

test('known-by person → nothing is looked at', () => {
  assert.equal(look('person'), undefined);
});

test('known-by interface → one with an address is up, one that is not there is down', async () => {
  const [name = ''] = Object.keys(networkInterfaces());
  assert.equal((await look(`interface ${name}`))?.up, true);
  const missing = await look('interface nosuch0');
  assert.equal(missing?.up, false);
  assert.match(missing?.because ?? '', /nosuch0/);
});

test('known-by route → this machine has one to itself', async () => {
  assert.equal((await look('route 127.0.0.1'))?.up, true);
});

test('known-by probe → an open port is up, a closed one down', async t => {
  const peer = await startTcpPeer(t, () => {});
  assert.deepEqual(await look(`probe 127.0.0.1:${peer.port}`), {
    up: true,
    because: `127.0.0.1 port ${peer.port} answers`,
  });
  assert.equal((await look('probe 127.0.0.1:1'))?.up, false);
});

test('known-by command → its exit code', async () => {
  assert.deepEqual(await look('command true'), { up: true, because: 'the command exited 0' });
  assert.deepEqual(await look('command exit 3'), { up: false, because: 'the command exited 3' });
});
