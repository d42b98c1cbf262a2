// A real host with the fault injector in it.
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Fault, type Order, type Report, type Settings, settingsVariable } from './fault-injector.ts';
import { type RunningHost, serve } from './host-process.ts';

export interface FaultyHost extends RunningHost {
  /** Forgets the fault before. @returns the calls that were counted since then */
  arm(fault: Fault): Promise<readonly string[]>;
  /** Lets the clock be this much ahead of the machine's. */
  setClock(aheadMs: number): Promise<void>;
  /** How many times shorter its timers of a second and more are from now on. */
  setHurry(times: number): Promise<void>;
  /**
   * Resolves with the call before which the host was killed, when all of its processes have ended; undefined: it ended before
   * it came to that call.
   */
  killed(): Promise<string | undefined>;
  /** Kills it now, and waits until all of its processes have ended. */
  kill(): Promise<void>;
}

const injector = join(import.meta.dirname, 'fault-injector.ts');

/** Hosts start very often here: the second and all later ones need not compile what they run. */
const compileCache = join(tmpdir(), 'waypost-test-compile-cache');

/** No fault: only counts. */
export const noFault: Fault = { what: 'none', first: 0, last: 0 };
/** kill -9 before this call. */
export const killAt = (call: number): Fault => ({ what: 'kill', first: call, last: call });

/** For the environment and arguments of any Node process that is to have the injector. */
export function withInjector(settings: Settings): { nodeArgs: string[]; env: NodeJS.ProcessEnv } {
  const env = { [settingsVariable]: JSON.stringify(settings), NODE_COMPILE_CACHE: compileCache };
  return { nodeArgs: ['--import', injector], env };
}

/** Starts `waypost serve`. @throws when it ends before it is ready */
export async function serveFaulty(
  t: Pick<TestContext, 'after'>,
  home: string,
  args: readonly string[],
  settings: Omit<Settings, 'killedAt'>,
  as?: { readonly uid: number; readonly gid: number },
): Promise<FaultyHost> {
  const killedAt = join(home, 'killed-at');
  rmSync(killedAt, { force: true });
  const host = await serve(t, home, args, { ...withInjector({ ...settings, killedAt }), ...as });
  const { child, ended } = host;

  async function order(what: Order): Promise<Report> {
    if (!child.connected) return ended.then(() => ({ calls: [] }));
    const answer = once(child, 'message');
    child.send(what, () => undefined);
    return (await Promise.race([answer, ended.then(() => [{ calls: [] }])]))[0];
  }

  async function allEnded(): Promise<void> {
    await ended;
    while (isGroupAlive(child.pid as number)) await new Promise(resolve => setTimeout(resolve, 5));
  }

  return {
    ...host,
    arm: async fault => (await order({ arm: fault })).calls,
    setClock: async aheadMs => void (await order({ clockAheadMs: aheadMs })),
    setHurry: async hurry => void (await order({ hurry })),
    async killed() {
      await allEnded();
      return existsSync(killedAt) ? readFileSync(killedAt, 'utf8') : undefined;
    },
    async kill() {
      child.kill('SIGKILL');
      await allEnded();
    },
  };
}

/** Programs that a delivery has started may outlive the host. */
function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}
