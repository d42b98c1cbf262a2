// Quitting: the page lets go first, then running deliveries end, then the process. Nothing depends on it (the queue
// survives any end), but a delivery that is cut off starts over, and its recipient may get the message twice.
import type { App } from 'electron';

export interface Quit {
  /** True from the moment that quitting began, until the user decides to stay. */
  begun(): boolean;
}

/** @param drain resolves with true when the process may end, with false when the user decides to stay */
export function setUpQuit(deps: {
  app: Pick<App, 'on' | 'exit'>;
  drain(): Promise<boolean>;
  log(line: string): void;
}): Quit {
  let begun = false;

  deps.app.on('before-quit', event => {
    event.preventDefault();
    if (begun) return;
    begun = true;
    deps.drain().then(
      isDrained => {
        begun = isDrained;
        if (isDrained) deps.app.exit(0);
      },
      error => {
        deps.log(`unable to end in good order: ${error}`);
        deps.app.exit(1);
      },
    );
  });
  return { begun: () => begun };
}
