// The clients of the bench, in a process of their own: Postfix's smtp-source where it is installed, else our own.
import { join } from 'node:path';
import { without } from '../../support/programs.ts';
import { hostName, sender } from '../addresses.ts';
import { runToEnd } from '../processes.ts';

/** What to send. */
export interface LoadPlan {
  readonly port: number;
  readonly connections: number;
  readonly messages: number;
  readonly bodyBytes: number;
  readonly recipient: string;
  /** More than one: all recipients of each message, the given address with 1, 2, … in front. */
  readonly recipientsPerMessage?: number;
}

/** When the first byte went out and when the last message had got its 250. */
export interface Sent {
  readonly startMs: number;
  readonly endMs: number;
}

export interface LoadGenerator {
  readonly name: string;
  /** Sends everything. @throws unless every message was accepted */
  send(plan: LoadPlan, options: { readonly signal: AbortSignal; readonly limitMs: number }): Promise<Sent>;
}

export function chooseLoadGenerator(): LoadGenerator {
  return without('smtp-source') === false ? smtpSource : ownSource;
}

const smtpSource: LoadGenerator = {
  name: 'smtp-source',
  async send(plan, options) {
    const many = plan.recipientsPerMessage === undefined ? [] : ['-r', String(plan.recipientsPerMessage)];
    const numbers = ['-s', plan.connections, '-m', plan.messages, '-l', plan.bodyBytes].map(String);
    const envelope = ['-M', hostName, '-f', sender, '-t', plan.recipient];
    const startMs = Date.now();
    await runToEnd('smtp-source', ['-d', ...numbers, ...many, ...envelope, `127.0.0.1:${plan.port}`], options);
    return { startMs, endMs: Date.now() };
  },
};

const ownSource: LoadGenerator = {
  name: 'own generator',
  async send(plan, options) {
    const program = join(import.meta.dirname, 'own-source.ts');
    return JSON.parse(await runToEnd(process.execPath, [program, JSON.stringify(plan)], options)) as Sent;
  },
};
