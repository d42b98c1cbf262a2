// Random operations, outcomes, restarts and kills, compared with a model: no recipient is lost.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import type { QueueChoice } from '../../core/api/queue.ts';
import { done, never, type Outcome } from '../../core/paper-path/outcome.ts';
import type { DeliveryJob } from '../../core/paper-path/shapes.ts';
import { queueLayout } from '../../core/queue/files/layout.ts';
import { listQueue } from '../../core/queue/owner/qread.ts';
import { type QueueRig, startQueue } from '../support/queue-rig.ts';
import { putOff } from '../support/queue-stage.ts';
import { until } from '../support/until.ts';

interface Operation {
  readonly do: 'hold' | 'release' | 'bounce' | 'remove';
  readonly message: number;
  readonly recipient: number | undefined;
}
type Step =
  | { readonly do: 'send'; readonly local: number; readonly remote: number }
  | Operation
  | { readonly do: 'end'; readonly which: number; readonly outcome: Outcome }
  | { readonly do: 'retry' | 'quiet' | 'restart' | 'kill' | 'breathe' };

const outcomes = fc.constantFrom(done('ok\n'), putOff, putOff, never('no (#5.1.1)\n'));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('send' as const), local: fc.nat(2), remote: fc.nat(5) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('hold' as const, 'release' as const, 'bounce' as const, 'remove' as const),
      message: fc.nat(),
      recipient: fc.option(fc.nat(6), { nil: undefined }),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('end' as const), which: fc.nat(), outcome: outcomes }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('retry' as const, 'quiet' as const, 'breathe' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'kill' as const) }) },
);

/** One run: a queue, and what the test knows of every recipient that it handed in. */
class Play {
  readonly recipients = new Map<string, { id: number; fates: Set<string> }>();
  readonly #t: TestContext;
  readonly #directory = mkdtempSync(join(tmpdir(), 'waypost-model-'));
  readonly #trying = new Map<string, (outcome: Outcome) => void>();
  readonly #held = new Set<string>();
  readonly #releasing: number[] = [];
  readonly #abandoned: { rig: QueueRig; resolve: ((outcome: Outcome) => void)[] }[] = [];
  #calls: Promise<unknown>[] = [];
  #unfinished: ((outcome: Outcome) => void)[] = [];
  #homes = 0;
  #rig!: QueueRig;
  #violations: string[] = [];
  kills = 0;

  constructor(t: TestContext) {
    this.#t = t;
  }

  get #home(): string {
    return join(this.#directory, String(this.#homes));
  }

  async open(): Promise<void> {
    const generation = this.#homes;
    const deliver = (job: DeliveryJob) => (generation === this.#homes ? this.#deliver(job) : putOff);
    // Few slots, so that passes are often half-way.
    const control = { concurrencylocal: '1', concurrencyremote: '2' };
    this.#rig = await startQueue(this.#t, this.#home, deliver, { control });
  }

  #deliver(job: DeliveryJob): Promise<Outcome> | Outcome {
    if (job.sender === '') {
      this.#noteBounce(readFileSync(job.path, 'latin1'));
      return done('');
    }
    const { recipient, id } = job;
    const known = this.recipients.get(recipient);
    if (this.#held.has(recipient) && !this.#releasing.includes(known?.id ?? id)) {
      this.#violations.push(`${recipient} was tried while it was held`);
    }
    for (const fate of ['deleted', 'returned']) {
      if (known?.fates.has(fate)) this.#violations.push(`${recipient} was tried after it was ${fate}`);
    }
    return new Promise(resolve => {
      const end = (outcome: Outcome) => {
        if (outcome.kind === 'done') known?.fates.add('delivered');
        resolve(outcome);
      };
      this.#trying.set(recipient, end);
      this.#unfinished.push(resolve);
    });
  }

  #noteBounce(text: string): void {
    for (const [, address = ''] of text.matchAll(/^<(.*)>:$/gm)) this.recipients.get(address)?.fates.add('bounced');
  }

  async play(steps: readonly Step[]): Promise<void> {
    for (const one of steps) await this.#step(one);
  }

  async #step(one: Step): Promise<void> {
    if (one.do === 'send') return this.#send(one.local, one.remote);
    if ('message' in one) return this.#operate(one);
    if (one.do === 'end') {
      const [recipient, end] = [...this.#trying][one.which % Math.max(this.#trying.size, 1)] ?? [];
      if (recipient !== undefined) this.#trying.delete(recipient);
      end?.(one.outcome);
    } else if (one.do === 'retry') this.#rig.queue.retry();
    else if (one.do === 'breathe') await turn();
    else if (one.do === 'quiet') await Promise.all(this.#calls);
    else if (one.do === 'restart') await this.#restart();
    else await this.#kill();
  }

  async #send(local: number, remote: number): Promise<void> {
    const n = this.recipients.size;
    const addresses = [
      ...Array.from({ length: local }, (_, i) => `l${n}-${i}@here.example`),
      ...Array.from({ length: remote }, (_, i) => `r${n}-${i}@far.x`),
    ];
    // The recipients are known before they can be tried.
    for (const address of addresses) this.recipients.set(address, { id: 0, fates: new Set() });
    const id = await this.#rig.send({ sender: 'joe@here.example', recipients: addresses });
    for (const address of addresses) (this.recipients.get(address) as { id: number }).id = id;
  }

  #operate({ do: verb, message, recipient }: Operation): void {
    const all = [...this.recipients];
    const [, chosen] = all[message % Math.max(all.length, 1)] ?? [];
    // A bounce may have the number of a message that is gone: the owner's order is for the senders' messages.
    if (!chosen || [...this.#rig.queue.rows(0, 1000)].some(row => row.id === chosen.id && row.sender === '')) return;
    const mates = all.filter(([, { id }]) => id === chosen.id).map(([address]) => address);
    const address = recipient === undefined ? undefined : mates[recipient % mates.length];
    const choice: QueueChoice = { ids: [chosen.id], ...(address !== undefined && { recipient: { address } }) };
    const wanted = address === undefined ? mates : [address];
    if (verb === 'release') this.#releasing.push(chosen.id);
    const call = this.#rig.queue.operator[`queue.${verb}`](choice)
      .catch(error => {
        if (error.kind !== 'gone') throw error;
        return { changed: 0, busy: 0 };
      })
      .then(({ changed, busy }) => {
        if (verb === 'release') this.#releasing.splice(this.#releasing.indexOf(chosen.id), 1);
        // A recipient that was done when the order came may be pending again after a kill, as before the order.
        if (changed + busy === 0) return;
        if (verb === 'hold') for (const one of wanted) this.#held.add(one);
        if (verb === 'release') for (const one of wanted) this.#held.delete(one);
      });
    this.#calls.push(call);
  }

  /** Every attempt that runs ends with a deferral; resolves when the queue is at rest. */
  async #rest(): Promise<void> {
    await Promise.all(this.#calls);
    this.#calls = [];
    for (const end of this.#trying.values()) end(putOff);
    this.#trying.clear();
    await until('the queue to be at rest', () => {
      for (const end of this.#trying.values()) end(putOff);
      this.#trying.clear();
      const { running } = this.#rig.queue.summary({ delivered: 0, deferred: 0, failed: 0 });
      return running.local + running.remote === 0 && ![...this.#rig.queue.rows(0, 100)].some(row => row.sender === '');
    });
  }

  async #restart(): Promise<void> {
    await this.#rest();
    await this.#rig.queue.stop();
    this.#noteDecisions();
    await this.open();
  }

  /** The disk as it is now goes on in another directory; the old host is forgotten. */
  async #kill(): Promise<void> {
    this.kills++;
    await Promise.all(this.#calls);
    this.#calls = [];
    const from = this.#home;
    this.#noteDecisions();
    this.#abandoned.push({ rig: this.#rig, resolve: this.#unfinished });
    this.#unfinished = [];
    this.#trying.clear();
    this.#homes++;
    const filter = (path: string) => !path.endsWith('lock/trigger');
    cpSync(from, this.#home, { recursive: true, preserveTimestamps: true, filter });
    await this.open();
    // In a copy a message without a file goes on under another number.
    for (const row of this.#rig.queue.rows(0, 1000)) {
      for (const { address } of row.recipients) {
        const known = this.recipients.get(address);
        if (known) known.id = row.id;
      }
    }
  }

  #noteDecisions(): void {
    for (const line of this.#rig.lines) {
      const [, what, address] = /^(deleted|returned) msg \d+ to \w+ (\S+)$/.exec(line) ?? [];
      if (what !== undefined && address !== undefined) this.recipients.get(address)?.fates.add(what);
    }
  }

  /** Stops the queue, looks at the disk. @returns what was wrong */
  async verdict(): Promise<string[]> {
    await this.#rest();
    const held = [...this.#rig.queue.rows(0, 1000)].flatMap(row =>
      row.recipients.filter(one => one.held).map(({ address }) => address),
    );
    await this.#rig.queue.stop();
    this.#noteDecisions();
    const lines = [...listQueue(this.#home)];
    const waiting = lines.flatMap(line => /^\t(?:local|remote)\t(.*)$/.exec(line)?.[1] ?? []);
    for (const address of waiting) this.recipients.get(address)?.fates.add('waits');
    const layout = queueLayout(this.#home);
    for (const line of lines) {
      const bounce = /#(\d+) .*<> /.exec(line)?.[1];
      if (bounce !== undefined) this.#noteBounce(readFileSync(layout.mess(Number(bounce)), 'latin1'));
    }
    for (const name of readdirSync(join(layout.root, 'bounce'))) {
      this.#noteBounce(readFileSync(layout.bounce(Number(name)), 'latin1'));
    }
    const expectHeld = waiting.filter(address => this.#held.has(address));
    assert.deepEqual(held.sort(), expectHeld.sort(), 'who is held');
    return this.#violations.concat(
      [...this.recipients].flatMap(([address, { fates }]) => {
        // A recipient that was returned is in a bounce: that counts, not the line in the log.
        const fate = [...fates].filter(one => one !== 'returned');
        if (fate.length === 0) return `${address} is lost`;
        if (fates.has('returned') && !fates.has('bounced')) return `${address} was returned, but nobody was told`;
        return fate.length > 1 && this.kills === 0 ? `${address} is ${fate.join(' and ')}` : [];
      }),
    );
  }

  async close(): Promise<void> {
    const stopped = [this.#rig, ...this.#abandoned.map(({ rig }) => rig)].map(rig => rig.queue.stop());
    for (const resolve of [...this.#unfinished, ...this.#abandoned.flatMap(one => one.resolve)]) resolve(putOff);
    await Promise.all(stopped);
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

test('queue operations: any sequence of them, with restarts and kills → each recipient has one fate, none is lost', async t => {
  let kills = 0;
  let recipients = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async steps => {
      const play = new Play(t);
      await play.open();
      try {
        await play.play(steps);
        assert.deepEqual(await play.verdict(), []);
      } finally {
        await play.close();
      }
      kills += play.kills;
      recipients += play.recipients.size;
    }),
    { numRuns: 25, endOnFailure: true },
  );
  t.diagnostic(`${recipients} recipients, ${kills} kills`);
});
