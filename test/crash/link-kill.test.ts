// A host is killed in the middle of a contact: after the next one every message has arrived, at most those twice whose
// confirmation was under way.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { call } from '../support/control-call.ts';
import { giveToOwner, initHome, serve, waypost } from '../support/host-process.ts';
import { startTcpPeer } from '../support/tcp-peer.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const count = 12;

test('link: the host is killed during a contact → the next contact sends what was not confirmed', async t => {
  const arrived: string[] = [];
  const peer = await startTcpPeer(t, slowServer(arrived));
  const made = await initHome(tempDir(t), 'hub.example', 'ines');
  mkdirSync(join(made.home, 'control', 'links'));
  writeFileSync(join(made.home, 'control/links/site'), `carries site.example\nserver 127.0.0.1:${peer.port}\n`);
  giveToOwner(made.home);
  const first = await serve(t, made.home, []);
  for (let at = 0; at < count; at++) {
    const args = ['sendmail', '--home', made.home, 'ann@site.example'];
    assert.equal((await waypost(args, { input: `Subject: number-${at}-\n\nHello.\n` })).code, 0);
  }
  const waiting = () => call<{ total: number }>(made, 'links.waiting', { name: 'site' });
  await until('all wait', async () => (await waiting()).total === count);
  await call(made, 'links.exchange', { name: 'site' });
  await until('some have arrived', () => arrived.length >= 3);
  await first.stop('SIGKILL');
  const before = arrived.length;
  assert.ok(before < count, `${before} had arrived`);

  await serve(t, made.home, []);
  assert.ok((await waiting()).total >= count - before);
  await call(made, 'links.exchange', { name: 'site' });
  await until('nothing waits', async () => (await waiting()).total === 0);
  const numbers = arrived.map(text => Number(/number-(\d+)-/.exec(text)?.[1]));
  assert.deepEqual(
    [...new Set(numbers)].sort((a, b) => a - b),
    Array.from({ length: count }, (_, at) => at),
  );
  assert.ok(arrived.length <= count + 2, `${arrived.length - count} came twice`);
});

/** An SMTP server that takes everything, and its time over each message. */
function slowServer(arrived: string[]): (socket: Socket, sent: string) => void {
  const states = new WeakMap<Socket, { at: number; data: string | undefined }>();
  return (socket, sent) => {
    const state = states.get(socket) ?? { at: 0, data: undefined };
    if (!states.has(socket)) {
      states.set(socket, state);
      socket.write('220 site.example\r\n');
    }
    for (let end = sent.indexOf('\r\n', state.at); end >= 0; end = sent.indexOf('\r\n', state.at)) {
      const line = sent.slice(state.at, end);
      state.at = end + 2;
      if (state.data !== undefined && line !== '.') state.data += `${line}\n`;
      else if (state.data !== undefined) {
        arrived.push(state.data);
        state.data = undefined;
        setTimeout(() => socket.write('250 taken\r\n'), 150);
      } else if (line === 'DATA') {
        state.data = '';
        socket.write('354 go ahead\r\n');
      } else if (line === 'QUIT') socket.end('221 bye\r\n');
      else socket.write('250 ok\r\n');
    }
  };
}
