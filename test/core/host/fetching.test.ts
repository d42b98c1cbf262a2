// What the start of a host finds of messages that were handed to the queue when the last one ended.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLiveControl } from '../../../core/control/live-control.ts';
import { openFetching } from '../../../core/host/fetching.ts';
import { makeQueueDirs, queueLayout } from '../../../core/queue/files/layout.ts';
import { steppedClock } from '../../support/stepped-clock.ts';
import { tempDir } from '../../support/temp-dir.ts';

test('recover: a message that the queue has, one of which only a file is there, one without any → only the first is not fetched again', t => {
  const home = tempDir(t);
  for (const path of ['control', 'fetch/provider']) mkdirSync(join(home, path), { recursive: true });
  writeFileSync(join(home, 'control/me'), 'here.example\n');
  const layout = queueLayout(home);
  makeQueueDirs(layout);
  const tokens = ['a', 'b', 'c'].map(letter => letter.repeat(32));
  for (const [at, token] of tokens.slice(0, 2).entries()) {
    const id = 100 + at;
    writeFileSync(
      layout.mess(id),
      `Received: (qmail)\nReceived: from x\n  by here.example with POP3 id ${token}; now\n\n`,
    );
  }
  writeFileSync(layout.info(100), 'Fann@sender.example\0');
  const path = join(home, 'fetch/provider/pop3.state');
  writeFileSync(path, tokens.map((token, at) => `begun u${at} ${token} 10\n`).join(''));
  const fetching = openFetching({
    home,
    control: openLiveControl(home, () => {}),
    clock: steppedClock(1000),
    log: () => {},
    accept: () => assert.fail('nothing is queued'),
    tokens: { get: () => assert.fail('nobody logs in'), rejected: () => {} },
    notices: { soon: () => {} },
    reload: () => {},
    statusChanged: () => {},
  });
  fetching.recover();
  const noted = readFileSync(path, 'utf8')
    .split('\n')
    .filter(line => /^(here|gone)/.test(line));
  assert.deepEqual(noted, ['here u0 10 1000 -', 'gone u1', 'gone u2']);
});
