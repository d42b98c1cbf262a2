// Starts a process of ours and waits until it says that it can be asked.
import type { Frame } from './frames.ts';
import { createPeer, type Peer } from './peer.ts';
import { endSoon, type HelperProcess, type Role, type StartProcess } from './start-process.ts';

export interface ReadyProcess {
  readonly process: HelperProcess;
  readonly peer: Peer;
  /** Undefined: it did not say. */
  readonly pid: number | undefined;
}

/** What such a process tells first: its process id, and that it can be asked. */
export const readyWord = 'ready';

const startMs = 60_000;

/** @throws Error when it cannot be started, or ends before it is ready */
export async function startReady(start: StartProcess, role: Role): Promise<ReadyProcess> {
  const started = await start(role);
  const ready = Promise.withResolvers<unknown>();
  const told = async (name: string, { words }: Frame): Promise<undefined> => {
    if (name === readyWord) ready.resolve(words);
  };
  // Nonsense from it is its end too.
  const peer = createPeer(started.stream, told, { gone: () => endSoon(started) });
  const tooLate = setTimeout(started.kill, startMs);
  void started.ended.then(how => ready.reject(new Error(how)));
  const pid = await ready.promise.finally(() => clearTimeout(tooLate));
  return { process: started, peer, pid: typeof pid === 'number' ? pid : undefined };
}
