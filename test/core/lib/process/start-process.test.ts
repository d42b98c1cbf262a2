// A process of our own starts without our environment, talks over its stream, and says how it ended, out of memory too.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { processCommand } from '../../../../core/host/processes/process-commands.ts';
import { type HelperProcess, startDirectly, streamFd } from '../../../../core/lib/process/start-process.ts';

/** Starts a program of these lines. */
function starting(t: TestContext, program: string): Promise<HelperProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'waypost-process-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const entry = join(directory, 'program.mjs');
  writeFileSync(entry, program);
  return startDirectly(role => ({ ...processCommand('owner'), args: [entry, role] }))('parser');
}

const echo = `
import { Socket } from 'node:net';
const stream = new Socket({ fd: ${streamFd} });
stream.write(JSON.stringify([process.argv[2], process.cwd(), Object.keys(process.env).sort()]) + '\\n');
stream.pipe(stream);
`;

test('own process: started → it knows its role, works in /, inherits no environment, and receives what it is sent', async t => {
  t.mock.property(process, 'env', { ...process.env, TZ: 'Asia/Tokyo', SECRET: 'word' });
  const { stream, ended } = await starting(t, echo);
  stream.end('hello');
  let heard = '';
  for await (const piece of stream) heard += piece;
  const [first = '', rest] = heard.split('\n');
  const [role, cwd, names] = JSON.parse(first);
  assert.deepEqual([role, cwd, rest], ['parser', '/', 'hello']);
  assert.deepEqual(
    names.filter((name: string) => name !== '__CF_USER_TEXT_ENCODING'),
    ['ELECTRON_RUN_AS_NODE', 'TZ'],
  );
  assert.equal(await ended, 'it ended with exit code 0');
});

test('own process: killed, or failed → a sentence that says how it ended', async t => {
  const idle = await starting(t, echo);
  idle.kill();
  assert.equal(await idle.ended, 'it was killed by SIGKILL');
  const broken = await starting(t, 'throw new TypeError("no such thing");');
  assert.equal(await broken.ended, 'it ended with exit code 1 (TypeError: no such thing)');
});

test('own process: its program cannot be run → an error', async () => {
  const start = startDirectly(role => ({ ...processCommand(role), file: '/nonexistent/node' }));
  await assert.rejects(start('owner'), { code: 'ENOENT' });
});

test('own process: it watches its memory → it is ended in the middle of a loop that takes all memory', async t => {
  const { ended } = await starting(
    t,
    `import { watchMemory } from ${JSON.stringify(join(import.meta.dirname, '../../../../core/lib/process/watch-memory.ts'))};
    watchMemory(300 * 1024 * 1024);
    await new Promise(resolve => setTimeout(resolve, 500));
    for (const kept = []; kept.length < 4000; ) kept.push(Buffer.alloc(1024 * 1024, 1));`,
  );
  assert.equal(await ended, 'it was killed by SIGKILL');
});
