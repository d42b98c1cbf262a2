// The machines and radios of other tests: what they carry, and how slowly.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { connectByRadio, connectMachines, type Machine, startMachine, whyNoMachines } from '../support/namespaces.ts';

const skip = whyNoMachines();
const bytes = 6_000;
/** Each side sends as much as it gets, at the same time. */
const exchange = `socket.on('error', () => process.exit(1)); socket.write('x'.repeat(${bytes})); let got = 0;
  socket.on('data', piece => { got += piece.length; if (got === ${bytes}) socket.end(); });`;

/** Serves every connection on port 25 of a machine. */
async function serveOn(t: TestContext, { enter: [program = '', ...args] }: Machine): Promise<void> {
  const script = `require('net').createServer({}, socket => { ${exchange} }).listen(25, () => console.log('ready'))`;
  const server = spawn(program, [...args, process.execPath, '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => server.kill('SIGKILL'));
  await once(server.stdout, 'data');
}

function callFrom(machine: Machine, address: string, patienceMs = 30_000): void {
  const patience = `setTimeout(() => process.exit(1), ${patienceMs}).unref();`;
  machine.run(
    process.execPath,
    '-e',
    `const socket = require('net').connect(25, '${address}'); ${exchange} ${patience}`,
  );
}

test('machines: one radio, both ends send at the same time → all arrives, and both directions share the rate', {
  skip,
}, async t => {
  const [hub, site] = [await startMachine(t, 'hub'), await startMachine(t, 'site')];
  const ends = [
    { machine: hub, device: 'radio0', address: '10.0.10.1' },
    { machine: site, device: 'radio0', address: '10.0.10.2' },
  ] as const;
  const bitsPerSec = 24_000;
  const radio = await connectByRadio(t, ...ends, { bitsPerSec, mtu: 296 });
  await serveOn(t, site);
  const startMs = performance.now();
  callFrom(hub, '10.0.10.2');
  const tookMs = performance.now() - startMs;
  assert.ok(radio.bytes() > 2 * bytes, `the radio carried ${radio.bytes()} bytes`);
  assert.ok(tookMs > (2 * bytes * 8 * 1000) / bitsPerSec, `it took ${tookMs} ms`);

  radio.off();
  const before = radio.bytes();
  assert.throws(() => callFrom(hub, '10.0.10.2', 1000));
  assert.equal(radio.bytes(), before);
  radio.on();
  callFrom(hub, '10.0.10.2');
});

test('machines: a cable → carries as much as the machines do', { skip }, async t => {
  const [hub, far] = [await startMachine(t, 'hub'), await startMachine(t, 'far')];
  connectMachines(
    { machine: hub, device: 'lan0', address: '10.0.1.1/24' },
    { machine: far, device: 'lan0', address: '10.0.1.2/24' },
  );
  await serveOn(t, far);
  callFrom(hub, '10.0.1.2');
  assert.throws(() => callFrom(far, '10.0.1.1'), /status: 1|Command failed/);
});
