// What clients expect of a POP3 server: sizes are those that RETR sends, unique ids are short and printable, an address is a
// name.
import assert from 'node:assert/strict';
import { utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { withFullAddresses } from '../../../core/pop3/full-address.ts';
import { messagePieces } from '../../../core/pop3/multiline.ts';
import { createOctetCounter, octetsIn } from '../../../core/pop3/octets.ts';
import { openPasswd } from '../../../core/pop3/passwd.ts';
import { bytesOf } from '../../support/bytes-of.ts';
import { makeMaildir, startPop3 } from '../../support/pop3-rig.ts';
import { rawClient } from '../../support/raw-client.ts';
import { tempDir } from '../../support/temp-dir.ts';

const long = `Subject: x\n\n${'line\r\n.dot\n\n'.repeat(40_000)}\nend`;

for (const text of [
  '',
  '\n',
  'a: b\n\n.\n..x\n',
  'a: b\r\n\r\nx\r\n',
  'no end',
  'ends in CR\r',
  'a\rb\n',
  '\r\r\n\n',
  long,
]) {
  const what = JSON.stringify(text.slice(0, 30));
  test(`octets: ${what}, ${text.length} bytes → what RETR sends, without the final dot and stuffed dots`, async t => {
    const path = join(tempDir(t), 'message');
    writeFileSync(path, text, 'latin1');
    await using file = await open(path);
    const wire = (await bytesOf(messagePieces(file, undefined))).toString('latin1');
    assert.ok(wire.endsWith('.\r\n'));
    const message = wire.slice(0, -3).replace(/(^|\n)\./g, '$1');
    assert.equal(await octetsIn(Buffer.from(path), text.length), message.length);
  });
}

test('octets: a message that was counted is not read again; one that is gone has its own size', async () => {
  const counter = createOctetCounter();
  const gone = () => octetsIn(Buffer.from('/nonexistent'), 7);
  assert.equal(await counter.count('gone', 7, gone), 7);
  assert.equal(await counter.count('m', 7, async () => 9), 9);
  assert.equal(await counter.count('m', 7, () => assert.fail('read again')), 9);
  assert.equal(await counter.count('m', 8, async () => 10), 10);
});

test('uidl: printable short names → used as they are; others get a stable id', async t => {
  const { port, maildir } = await startPop3(t);
  const odd = ['400.caf\xe9', `500.${'x'.repeat(80)}`, '600.a b'];
  for (const name of odd) {
    const path = Buffer.from(`${maildir}/cur/${name}`, 'latin1');
    writeFileSync(path, 'x\n');
    utimesSync(path, 2000, 2000);
  }
  makeMaildir(maildir);
  const ids = async () => {
    const client = await rawClient(port);
    client.send('USER joe\r\nPASS sesame\r\nUIDL\r\nQUIT\r\n');
    return (await client.rest()).match(/^\d+ \S.*$/gm) ?? [];
  };
  const first = await ids();
  assert.equal(first.length, 6);
  for (const line of first) assert.match(line, /^\d+ [!-~]{1,70}\r?$/);
  assert.ok(first[0]?.startsWith('1 100.a.host'));
  assert.deepEqual(await ids(), first);
});

test('login: an address in a local domain → the name before the @; a line for the complete address has precedence', async t => {
  const own = openPasswd(join(tempDir(t), 'passwd'));
  await own.set({ name: 'joe', uid: undefined, maildir: '/joe' }, 'one');
  await own.set({ name: 'joe@list.example', uid: undefined, maildir: '/list' }, 'two');
  const passwd = withFullAddresses(own, domain => ['here.example', 'list.example'].includes(domain));
  assert.equal((await passwd.verify('joe@here.example', 'one'))?.maildir, '/joe');
  assert.equal((await passwd.verify('joe@HERE.example', 'one'))?.maildir, '/joe');
  assert.equal((await passwd.verify('joe', 'one'))?.maildir, '/joe');
  assert.equal(await passwd.verify('joe@far.example', 'one'), undefined);
  assert.equal((await passwd.verify('joe@list.example', 'two'))?.maildir, '/list');
  assert.equal(await passwd.verify('joe@list.example', 'one'), undefined);
});
