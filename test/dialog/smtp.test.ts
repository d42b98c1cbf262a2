// Plays every script of test/dialog/smtp against a service with me = heaven.af.mil, rcpthosts = heaven.af.mil.
import { join } from 'node:path';
import { test } from 'node:test';
import { startSmtp } from '../support/smtp-rig.ts';
import { play, scriptsIn } from './script.ts';

const control = { databytes: '1000\n', badmailfrom: '@spam.example\nbad@example.net\n', relayclients: '10.1.\n' };

for (const { name, text } of scriptsIn(join(import.meta.dirname, 'smtp'))) {
  test(`smtp dialogue: ${name}`, async t => {
    const { port } = await startSmtp(t, { control });
    await play(text, port);
  });
}
