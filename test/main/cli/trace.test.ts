// waypost trace on the log of a real host, while it runs and afterwards.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Reply } from '../../../core/api/contract.ts';
import { initHome, serve, waypost } from '../../support/host-process.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

test('waypost trace: a forwarded message and one that bounced → told whole, by number, address or Message-ID', async t => {
  const { home, mailHome, maildir } = await initHome(tempDir(t), 'here.example', 'ann');
  writeFileSync(join(mailHome, '.qmail-away'), '&ann@here.example\n');
  const host = await serve(t, home, []);
  const send = (message: string, to: string) =>
    waypost(['qmail-inject', '--home', home, '-f', 'ann@here.example', to], { input: message });
  await send('Message-ID: <one@here.example>\nSubject: x\n\nbody\n', 'ann-away@here.example');
  await send('Message-ID: <two@here.example>\n\n', 'ann-nobody@here.example');
  await until('the mail and the bounce', () => readdirSync(join(maildir, 'new')).length >= 2);
  await until('the log', () => (host.log().match(/^end msg/gm)?.length ?? 0) >= 4);

  const trace = async (...args: string[]) => {
    const { code, stdout, stderr } = await waypost(['trace', '--home', home, ...args]);
    return { code, stdout, stderr };
  };
  const asJson = async (query: string) => JSON.parse((await trace('--json', query)).stdout) as Reply<'explain.trace'>;
  const [one] = (await asJson('<one@here.example>')).messages;
  assert.equal(one?.arrival.kind, 'injected');
  assert.deepEqual(
    one?.children.map(({ how }) => how),
    ['forward'],
  );
  const forwarded = (await asJson('one@here.example')).messages.at(-1);
  assert.deepEqual([forwarded?.arrival.kind, forwarded?.arrival.parent?.id], ['forward', one?.id]);

  const [two] = (await asJson('two@here.example')).messages;
  assert.equal(await host.stop(), 0);
  const told = (await trace(String(two?.id))).stdout.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME');
  const lines = told
    .split('\n')
    .map(line => line.replace(/\d+\.\d s/, 'N s').replace(/(message|delivery|qp|uid|Message) \d+/g, '$1 N'));
  const of = lines.slice(lines.findIndex(line => line.includes('two@here.example')) - 1);
  assert.deepEqual(of.slice(0, 8), [
    `Message N from <ann@here.example>, ${two?.sizeBytes} bytes`,
    '  Message-ID <two@here.example>',
    '  TIME  arrived from a program of uid N (qp N)',
    '  TIME  delivery N to local ann-nobody@here.example',
    `${' '.repeat(23)}failure 5.1.1 after N s: Sorry, no mailbox here by that name. (#5.1.1)`,
    '  TIME  returned to sender in a bounce (qp N)',
    '  TIME  the bounce is message N of TIME',
    '  TIME  finished: no recipients are left in the queue',
  ]);

  const nothing = await trace('nobody@nowhere.example');
  assert.deepEqual([nothing.code, nothing.stderr], [1, 'trace: the log has nothing about nobody@nowhere.example.\n']);
  for (const wrong of [[], ['a', 'b'], ['--limit', '0', 'a'], ['--limit', 'x', 'a'], ['--what']]) {
    assert.equal((await trace(...wrong)).code, 100, wrong.join(' '));
  }
  assert.equal((await waypost(['trace', '--home', mailHome, 'a'])).code, 1);
});
