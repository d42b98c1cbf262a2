// One run of a scenario: sends mail, records what was promised, waits for the host, and ends when the host is gone.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../../core/api/contract.ts';
import { ApiError } from '../../core/api/errors.ts';
import type { Envelope } from '../../core/paper-path/shapes.ts';
import { decodeRecords } from '../../core/queue/journal/record.ts';
import { connectToHost } from '../../main/running/control-client.ts';
import type { FaultyHost } from '../support/faulty-host.ts';
import type { Promised } from './checker.ts';
import type { World } from './crash-home.ts';
import { unfinishedOnDisk } from './on-disk.ts';
import type { Scenario } from './scenarios.ts';
import { messageText, sendByQmailQueue, sendBySmtp } from './senders.ts';

/** The run is over early: the host was killed, or a sender was refused, or what it waits for does not come. */
export class Over extends Error {}

/** What a sender was told if not yes. */
export interface Refusal {
  readonly label: string;
  readonly answer: number | string;
}

export interface Stage {
  readonly world: World;
  readonly host: FaultyHost;
  readonly promised: Promised[];
  readonly refusals: Refusal[];
  /** Sends by SMTP. @returns the label */
  smtp(what: string, envelope: Envelope, bytes?: number): Promise<string>;
  /** Sends by the qmail-queue program. */
  program(what: string, envelope: Envelope): Promise<string>;
  /** These need not arrive any more, but may. */
  forsake(label: string): void;
  /** Waits until the host has logged such a line so many times since the play started. */
  logged(pattern: RegExp, times?: number): Promise<void>;
  /** Waits until the host has logged nothing for so long. */
  still(ms: number): Promise<void>;
  /** Waits until no recipient is left. */
  ended(): Promise<void>;
  /** Waits until the journal has been emptied by a checkpoint. */
  checkpoint(): Promise<void>;
  /** Asks the host as the command line does. */
  api<T>(ask: (api: Api) => Promise<T>): Promise<T>;
}

/** A busy machine takes its time; what never comes costs no more than this. */
const patienceMs = 60_000;
const momentMs = 700;

/** With `errors` a run is over when a sender is refused, and no wait takes longer than a moment. */
export function openStage(world: World, host: FaultyHost, play: string, errors?: 'errors'): Stage {
  const { home } = world;
  const promised: Promised[] = [];
  const refusals: Refusal[] = [];
  const logBefore = host.log().length;
  const limitMs = errors ? momentMs : patienceMs;
  let gone = false;
  void host.ended.then(() => {
    gone = true;
  });

  async function wait(what: string, look: () => boolean): Promise<void> {
    const endMs = Date.now() + limitMs;
    while (!quietly(look)) {
      const isLate = Date.now() > endMs;
      if (gone || (isLate && errors)) throw new Over();
      if (isLate) throw new Error(`waited in vain for ${what}; the log:\n${host.log().slice(-5000)}`);
      await sleep(5);
    }
  }

  async function send(
    label: string,
    envelope: Envelope,
    answer: Promise<number | string>,
    yes: number,
  ): Promise<string> {
    const told = await answer;
    if (told === yes) promised.push({ label, envelope });
    else refusals.push({ label, answer: told });
    if ((told === 0 && yes !== 0) || (told !== yes && errors)) throw new Over();
    return label;
  }

  return {
    world,
    host,
    promised,
    refusals,
    smtp(what, envelope, bytes) {
      const label = `${what} ${play}`;
      return send(
        label,
        envelope,
        sendBySmtp(host.ready.smtp?.port as number, envelope, messageText(label, bytes)),
        250,
      );
    },
    program(what, envelope) {
      const label = `${what} ${play}`;
      return send(label, envelope, sendByQmailQueue(home, envelope, messageText(label)), 0);
    },
    forsake(label) {
      const at = promised.findIndex(one => one.label === label);
      promised[at] = { ...(promised[at] as Promised), deleted: true };
    },
    logged: (pattern, times = 1) =>
      wait(
        String(pattern),
        () =>
          host
            .log()
            .slice(logBefore)
            .split('\n')
            .filter(line => pattern.test(line)).length >= times,
      ),
    // Read twice: during one read, a bounce may appear in a part that was read, and its message go from a part that was not.
    async still(ms) {
      for (let before = -1; before !== host.log().length; await sleep(ms)) before = host.log().length;
    },
    ended: () => wait('the queue to be empty', () => isEmpty(home) && isEmpty(home)),
    checkpoint: () => wait('a checkpoint', () => isJournalEmpty(home)),
    async api(ask) {
      if (gone) throw new Over();
      let close = (): void => undefined;
      try {
        const connection = await connectToHost(home);
        close = connection.close;
        return await Promise.race([
          ask(connection.api),
          host.ended.then((): Promise<never> => Promise.reject(new Over())),
        ]);
      } catch (error) {
        if (gone || /closed the connection|No host is running/.test(String(error))) throw new Over();
        if (errors && error instanceof ApiError) throw new Over();
        throw error;
      } finally {
        close();
      }
    },
  };
}

/** Plays a scenario until it ends or is over. */
export async function playOut(scenario: Scenario, stage: Stage): Promise<void> {
  try {
    await scenario.play(stage);
  } catch (error) {
    if (!(error instanceof Over)) throw error;
  }
}

/** Files come and go while they are looked at. */
function quietly(look: () => boolean): boolean {
  try {
    return look();
  } catch {
    return false;
  }
}

function isEmpty(home: string): boolean {
  return unfinishedOnDisk(home).length === 0;
}

function isJournalEmpty(home: string): boolean {
  const directory = join(home, 'queue', 'journal');
  return readdirSync(directory).every(name =>
    [...decodeRecords(readFileSync(join(directory, name)))].every(({ type }) => type === 'booted' || type === 'filed'),
  );
}

/** Empties the queue: no server is busy, no recipient is held, every recipient is tried. */
export async function drain(world: World, host: FaultyHost): Promise<void> {
  const stage = openStage(world, host, 'the rest');
  world.setBusy(false);
  await stage.api(async api => {
    const { rows } = await api.call('queue.list', { offset: 0, limit: 500 });
    const ids = rows.filter(row => row.recipients.some(({ held }) => held)).map(({ id }) => id);
    if (ids.length > 0) await api.call('queue.release', { ids });
  });
  const hurry = setInterval(() => host.child.kill('SIGALRM'), 100);
  host.child.kill('SIGALRM');
  try {
    await stage.ended();
  } finally {
    clearInterval(hurry);
  }
}
