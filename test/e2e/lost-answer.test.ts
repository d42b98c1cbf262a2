// A real host, or its reader, is killed between the moment when the queue accepts a message and the answer to Send.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call } from '../support/control-call.ts';
import { processesOf } from '../support/host-children.ts';
import { initHome, serve } from '../support/host-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const linuxOnly = { skip: process.platform !== 'linux' && 'looks for processes in /proc' };

interface RunningChildren {
  readonly messageId: string;
}

// Its copy takes a while to be written: that is the moment meant.
const file = { name: 'a', type: 'text/plain', base64: Buffer.alloc(4 * 1024 * 1024).toString('base64') };
const mostRounds = 12;

for (const victim of ['owner', 'host'] as const) {
  test(
    `send: the ${victim} is killed when the queue has the message and nobody was told → a second click sends nothing, one delivery, one copy`,
    linuxOnly,
    async t => {
      const made = await initHome(tempDir(t), 'here.example', 'alice');
      let host = await serve(t, made.home, []);
      const ask = <T>(method: string, request: object = {}) => call<T>(made, method, request);
      const patiently = <T>(method: string, request: object = {}) =>
        until(`an answer to ${method}`, () => ask<T>(method, request).catch(() => undefined));
      const count = async (mailbox: string, subject: string) => {
        const { rows } = await patiently<{ rows: { subject: string }[] }>('mail.list', { mailbox });
        return rows.filter(row => row.subject === subject).length;
      };

      /** @returns whether the answer was lost: it may have been quicker than the end */
      async function round(subject: string): Promise<boolean> {
        const started = await patiently<RunningChildren>('compose.start', { kind: 'new' });
        const draft = { ...started, to: 'alice@here.example', subject, text: 'Hello.', files: [file] };
        const { id } = await ask<{ id: string }>('compose.save', draft);
        const message = { ...draft, id };
        const logged = host.log().length;
        let told: 'an answer' | 'a loss' | undefined;
        const first = ask('compose.send', message).then(
          () => {
            told = 'an answer';
          },
          () => {
            told = 'a loss';
          },
        );
        await until('the message in the queue', () => told ?? /^.*\bnew msg \d/m.test(host.log().slice(logged)));
        if (victim === 'owner') for (const pid of processesOf(host, /owner\.[jt]s\0/)) process.kill(pid, 'SIGKILL');
        else {
          await host.stop('SIGKILL');
          host = await serve(t, made.home, []);
        }
        await first;
        const again = await patiently<{ kind: string }>('compose.send', message);
        assert.equal(again.kind, 'again', subject);
        assert.deepEqual(await patiently('compose.look', { messageId: started.messageId }), { queued: true });
        await until('its delivery', async () => (await count('INBOX', subject)) > 0);
        await until(
          'an empty queue',
          async () => (await patiently<{ rows: object[] }>('queue.list')).rows.length === 0,
        );
        const counts = [await count('INBOX', subject), await count('Sent', subject), await count('Drafts', subject)];
        assert.deepEqual(counts, [1, 1, 0], subject);
        return told === 'a loss';
      }

      let lost = false;
      for (let at = 1; at <= mostRounds && !lost; at++) lost = await round(`round ${at}`);
      assert.ok(lost, 'the answer was never lost');
    },
  );
}
