// Queues with damaged files: the host starts on them, stops cleanly, and a message whose own
// file exists is never lost: it is delivered, or it stays.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../core/lib/user-error.ts';
import { done, later, never } from '../../core/paper-path/outcome.ts';
import { makeQueueDirs, queueLayout } from '../../core/queue/files/layout.ts';
import { encodeRecord } from '../../core/queue/journal/record.ts';
import { crashQueue } from '../support/crash-queue.ts';
import { tempDir } from '../support/temp-dir.ts';
import { mutate } from './mutate.ts';
import { createRandom, type Random } from './random.ts';
import { fuzzSettings } from './settings.ts';

const { seed, sessions } = fuzzSettings(250);
/** Each is a start and a stop of a whole queue. */
const runs = Math.ceil(sessions / 10);
const bornSec = 1_790_000_000;

const text = (subject: string) =>
  `Received: (qmail 7 invoked by uid 0); 1 Jan 2026 00:00:00 -0000\nSubject: ${subject}\n\nx\n`;
const layout = queueLayout('');

/** A queue with a message in every state, as paths below the home. */
const files: Readonly<Record<string, string>> = {
  [layout.mess(101)]: text('settled'),
  [layout.info(101)]: 'Fjoe@here.example\0',
  [layout.local(101)]: 'Ta@here.example\0Db@here.example\0Tlater@here.example\0',
  [layout.remote(101)]: 'Tno@far.example\0',
  [layout.bounce(101)]: '<b@here.example>:\nno\n\n',
  [layout.mess(102)]: text('queued'),
  [layout.intd(102)]: 'u0\0p7\0Fjoe@here.example\0Ta@here.example\0',
  [layout.todo(102)]: 'u0\0p7\0Fjoe@here.example\0Ta@here.example\0',
  [layout.mess(103)]: text('half'),
  [layout.mess(104)]: text('held'),
  [layout.info(104)]: 'F\0',
  [layout.remote(104)]: 'Ta@far.example\0',
  [layout.held(104)]: `${text('held').split('\n')[0]}\0*\0`,
  [join(layout.journalDir, '1')]: Buffer.concat([
    encodeRecord({ type: 'booted', bootId: 'first' }),
    encodeRecord({
      type: 'accepted',
      id: 105,
      qp: 9,
      bornSec,
      sizeBytes: text('fresh').length,
      sender: 'joe@here.example',
      recipients: { local: ['a@here.example', 'later@here.example'], remote: [] },
      raw: Buffer.from(text('fresh')),
    }),
    encodeRecord({ type: 'marked', id: 105, bornSec, channel: 'local', offset: 0, sure: true }),
  ]).toString('latin1'),
};
/** Messages that were promised, and their recipients: without these, only the file can be kept. */
const known = [101, 102, 104];

const outcomes = { later: later('busy (#4.2.1)\n'), no: never('no (#5.1.1)\n') };

test(`queue: ${runs} queues with damaged files → it starts and stops, no message is lost`, async t => {
  t.diagnostic(`seed ${seed}`);
  const home = tempDir(t);
  for (let run = 0; run < runs; run++) {
    rmSync(join(home, 'queue'), { recursive: true, force: true });
    const changed = damagedQueue(home, createRandom(seed, run));
    const where = `run ${run} of seed ${seed}: ${JSON.stringify(changed)}`;
    const running = await crashQueue(t, home, {
      outcome: job => outcomes[job.recipient.split('@')[0] as keyof typeof outcomes] ?? done('ok\n'),
    }).catch(error => {
      // The journal holds mail: a host that cannot read it must not go on as if there were none.
      if (error instanceof UserError && error.message.includes(layout.journalDir)) return undefined;
      throw new Error(`${where}: it does not start`, { cause: error });
    });
    if (!running) continue;
    await running.idle().catch(error => {
      throw new Error(`${where}: it does not come to rest\n${running.lines.join('\n')}`, { cause: error });
    });
    await running.queue.stop();
    assert.equal(running.lines.at(-1), 'status: exiting', where);
    for (const id of known) {
      const ended = running.lines.includes(`end msg ${id}`);
      const path = join(home, layout.mess(id));
      assert.ok(ended || existsSync(path), `${where}: message ${id} has gone\n${running.lines.join('\n')}`);
      const isWhole =
        Object.hasOwn(changed, layout.mess(id)) || ended || readFileSync(path, 'latin1') === files[layout.mess(id)];
      assert.ok(isWhole, `${where}: message ${id} was changed`);
    }
  }
});

/** Writes a queue in which one to three files are not what they were. @returns these, as they are now */
function damagedQueue(home: string, random: Random): Record<string, string> {
  makeQueueDirs(queueLayout(home));
  const names = Object.keys(files);
  const damaged = new Set(Array.from({ length: 1 + random.below(3) }, () => random.pick(names)));
  const changed: Record<string, string> = {};
  for (const [name, content] of Object.entries(files)) {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    if (damaged.has(name)) {
      const raw = mutate(Buffer.from(content, 'latin1'), random);
      changed[name] = raw.toString('latin1');
      writeFileSync(path, raw);
      if (random.below(10) === 0) replaceByDirectory(path, changed, name);
    } else {
      writeFileSync(path, content, 'latin1');
    }
    utimesSync(path, bornSec, bornSec);
  }
  return changed;
}

function replaceByDirectory(path: string, changed: Record<string, string>, name: string): void {
  rmSync(path);
  mkdirSync(path);
  changed[name] = 'a directory';
}
