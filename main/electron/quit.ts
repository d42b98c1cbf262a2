// Quits in order: first the page closes, then running deliveries finish, then the process ends. The queue survives any end, but
// a delivery that is cut off starts over, and its recipient may get the message twice.
import type { App } from 'electron';

export interface Quit {
  /** True once quitting has started, unless the user decides to stay. */
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
        deps.log(`unable to quit in order: ${error}`);
        deps.app.exit(1);
      },
    );
  });
  return { begun: () => begun };
}
