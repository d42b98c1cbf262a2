// Keeps commands for the page until it takes them: after a start, a reload or a crash.
import type { Command } from '../../core/api/transport/desktop.ts';

export interface Commands {
  /** Delivers now, or as soon as the page is ready. */
  give(command: Command): void;
  /** The page takes commands from now on. */
  ready(): void;
  /** The page is gone, or being loaded again. */
  lost(): void;
  /** True while a command waits. */
  areWaiting(): boolean;
}

/** More than a user can have meant. */
const mostWaiting = 20;

export function createCommands(deliver: (command: Command) => void): Commands {
  let isReady = false;
  let waiting: Command[] = [];

  return {
    give(command) {
      if (isReady) deliver(command);
      else if (waiting.length < mostWaiting) waiting.push(command);
    },
    ready() {
      isReady = true;
      const all = waiting;
      waiting = [];
      for (const command of all) deliver(command);
    },
    lost() {
      isReady = false;
    },
    areWaiting: () => waiting.length > 0,
  };
}
