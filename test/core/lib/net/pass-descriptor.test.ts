// Sockets pass from one process to another over a socket pair; anything else that is passed is closed.
import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { receiveSocket, sendDescriptor } from '../../../../core/lib/net/pass-descriptor.ts';
import { socketPair } from '../../../../core/lib/net/system-sockets.ts';

function pair(t: TestContext): [number, number] {
  const fds = socketPair();
  t.after(() => {
    for (const fd of fds) closeSync(fd);
  });
  return fds;
}

test('a socket is passed to another process → it is the same one there', t => {
  const [here, there] = pair(t);
  const [one, other] = pair(t);
  assert.equal(receiveSocket(there), undefined);
  assert.ok(sendDescriptor(here, one));
  const got = receiveSocket(there) as number;
  t.after(() => closeSync(got));
  writeSync(got, 'hello');
  const heard = Buffer.alloc(5);
  readSync(other, heard);
  assert.equal(heard.toString(), 'hello');
  assert.equal(receiveSocket(there), undefined);
});

test('something that is not a socket is passed → refused, and not kept open', {
  skip: process.platform !== 'linux',
}, t => {
  const [here, there] = pair(t);
  const fd = openSync('/dev/null', 'r');
  t.after(() => closeSync(fd));
  assert.ok(sendDescriptor(here, fd));
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  assert.equal(receiveSocket(there), undefined);
  assert.equal(open(), before);
});

test('more sockets than are taken → no room until some were, and none is lost', t => {
  const [here, there] = pair(t);
  const [one] = pair(t);
  let given = 0;
  while (sendDescriptor(here, one)) given++;
  let taken = 0;
  for (let fd = receiveSocket(there); fd !== undefined; fd = receiveSocket(there)) {
    closeSync(fd);
    taken++;
  }
  assert.ok(given > 10);
  assert.equal(taken, given);
  assert.ok(sendDescriptor(here, one));
});
