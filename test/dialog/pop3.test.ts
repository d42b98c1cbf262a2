// Plays every script of test/dialog/pop3 against a fresh service and Maildir (test/support/pop3-rig.ts).
import { join } from 'node:path';
import { test } from 'node:test';
import { startPop3 } from '../support/pop3-rig.ts';
import { play, scriptsIn } from './script.ts';

for (const { name, text } of scriptsIn(join(import.meta.dirname, 'pop3'))) {
  test(`pop3 dialogue: ${name}`, async t => {
    const { port } = await startPop3(t);
    await play(text, port);
  });
}
