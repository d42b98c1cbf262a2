// A home whose queue has no running host: what programs queue stays there for the test.
import { readdirSync, readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { makeQueueDirs, queueLayout } from '../../core/queue/files/layout.ts';
import { writeControl } from './queue-rig.ts';
import { tempDir } from './temp-dir.ts';

/** The home of `me.example`. */
export function homeWithQueue(t: TestContext): string {
  const home = tempDir(t);
  writeControl(home, { me: 'me.example\n' });
  makeQueueDirs(queueLayout(home));
  return home;
}

/** Everything in the queue: envelopes without the number of the process that queued them, with `|` for NUL, and messages. */
export function queuedIn(home: string): { envelope: string; message: string }[] {
  const layout = queueLayout(home);
  return readdirSync(layout.todoDir).map(name => ({
    envelope: readFileSync(layout.todo(Number(name)), 'latin1')
      .replace(/p\d+\0/, '')
      .replaceAll('\0', '|'),
    message: readFileSync(layout.mess(Number(name)), 'latin1'),
  }));
}
