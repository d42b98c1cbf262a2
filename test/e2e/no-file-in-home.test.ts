// What is no file where files should be, as a restored backup or an owner's mistake leaves it: a read of a fifo waits for a
// writer, and one of a device or a very large file never ends; in the host's one event loop everything would wait with it.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeFifo } from '../../core/lib/posix.ts';
import { call } from '../support/control-call.ts';
import { giveToOwner, initHome, personsDir, serve, type TestHome } from '../support/host-process.ts';
import { rawClient } from '../support/raw-client.ts';

const skip = process.platform === 'win32' && 'no fifos';
const me = 'sea.example';

/** Makes something else at the path of a file. */
type Make = (path: string) => void;

const fifo: Make = path => makeFifo(path, 0o644);
const others: Readonly<Record<string, Make>> = {
  directory: path => mkdirSync(path),
  'link to itself': path => symlinkSync(path, path),
  'link to a device without end': path => symlinkSync('/dev/zero', path),
  'file of a terabyte': path => {
    writeFileSync(path, '');
    truncateSync(path, 2 ** 40);
  },
};

/** Puts something at a path of the home, and returns what puts the file back. */
function put({ home }: TestHome, name: string, make: Make): () => void {
  const path = join(home, name);
  const aside = join(home, `aside-${name.replaceAll('/', '-')}`);
  mkdirSync(dirname(path), { recursive: true });
  const had = existsSync(path);
  if (had) renameSync(path, aside);
  make(path);
  giveToOwner(dirname(home));
  return () => {
    rmSync(path, { recursive: true });
    if (had) renameSync(aside, path);
  };
}

const calls: readonly [method: string, request: object][] = [
  ['host.reload', {}],
  ['host.configuration', {}],
  ['host.status', {}],
  ['explain.address', { address: `joe@${me}` }],
  ['explain.trace', { query: '1' }],
];

/** Does what makes the host read its files: a client of each server, and calls of the Api. Rejects when it does not answer. */
async function ask(town: TestHome, ports: { smtp: number; pop3: number }): Promise<void> {
  const smtp = await rawClient(ports.smtp);
  smtp.send(`HELO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<ann@elsewhere.example>\r\nQUIT\r\n`);
  assert.match(await smtp.line(), /^[24]\d\d /);
  await smtp.rest();
  const pop3 = await rawClient(ports.pop3);
  pop3.send('USER ann\r\nQUIT\r\n');
  // Without its passwords it hangs up, and the log says why.
  await pop3.rest();
  for (const [method, request] of calls) {
    // What needs that very file may be refused.
    await call(town, method, request).catch(error => assert.doesNotMatch(error.message, /hung up/));
  }
}

async function running(t: TestContext, town: TestHome) {
  const host = await serve(t, town.home, ['--smtp', '127.0.0.1:0', '--pop3', '127.0.0.1:0']);
  return { host, ports: { smtp: host.ready.smtp?.port ?? 0, pop3: host.ready.pop3?.port ?? 0 } };
}

const readWhileItRuns = [
  'control/me',
  'control/locals',
  'control/databytes',
  'control/tcp.smtp',
  'control/tcp.smtp.cdb',
  'control/morercpthosts.cdb',
  'control/unknown',
  'control/links/a',
  'users/assign',
  'users/cdb',
  'passwd',
  'tls/cert.pem',
  'log/send/@400000006565656565656565.s',
  'queue/todo/1',
];

const readAtStart = [
  'settings.json',
  'page/sessions.json',
  'page/port',
  'queue/held/5',
  'queue/lock/tcpto',
  'log/send/state',
];

test('host: a fifo takes the place of a file while it runs → it answers, and reads the file again later', {
  skip,
}, async t => {
  const town = await initHome(personsDir(t), me, 'ann', { rcpthosts: `${me}\n` });
  const { host, ports } = await running(t, town);
  for (const name of readWhileItRuns) {
    const putBack = put(town, name, fifo);
    await ask(town, ports).catch(error => assert.fail(`${name}: ${error}`));
    putBack();
  }
  await ask(town, ports);
  assert.match(host.log(), /pop3d: warning: \d+: unable to read .*passwd: it is a fifo, not a file/);
});

for (const [kind, make] of Object.entries(others)) {
  test(`host: a ${kind} takes the place of files while it runs → it answers, and reads them again later`, {
    skip,
  }, async t => {
    const town = await initHome(personsDir(t), me, 'ann', { rcpthosts: `${me}\n` });
    const { ports } = await running(t, town);
    const putBack = readWhileItRuns.map(name => put(town, name, make));
    await ask(town, ports);
    for (const back of putBack) back();
    await ask(town, ports);
  });
}

for (const [kind, make] of Object.entries({ fifo, ...others })) {
  test(`host: a ${kind} is there when it starts → it starts and answers, or says what is in its way`, {
    skip,
  }, async t => {
    const town = await initHome(personsDir(t), me, 'ann');
    for (const name of readAtStart) rmSync(join(town.home, name), { force: true });
    for (const name of readAtStart) put(town, name, make);
    if (kind === 'directory') {
      // It would have to remove what somebody has put there.
      await assert.rejects(running(t, town), /The log of the host cannot be written: .*log\/send\/state/);
      rmSync(join(town.home, 'log', 'send', 'state'), { recursive: true });
    }
    const { ports } = await running(t, town);
    await ask(town, ports);
  });
}
