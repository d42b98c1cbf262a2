// mailto: links of other programs: from macOS as an event, elsewhere as an argument of a start.
import type { App } from 'electron';
import type { Command } from '../../../core/api/desktop.ts';
import { classifyLink } from '../window/links.ts';
import type { StartCommand } from './autostart.ts';
import { endOfOptions } from './launch.ts';

/** macOS hands links over as events, the first ones before the app is ready. */
export function acceptMailtoEvents(app: Pick<App, 'on'>, command: (command: Command) => void): void {
  app.on('open-url', (event, url) => {
    event.preventDefault();
    if (classifyLink(url).kind === 'mailto') command({ kind: 'compose', mailto: url });
  });
}

export interface MailtoHandler {
  isOurs(): boolean;
  set(on: boolean): void;
}

/** Whether the system gives mail links to this app, and the way to change that. */
export function createMailtoHandler(
  app: Pick<App, 'isDefaultProtocolClient' | 'setAsDefaultProtocolClient' | 'removeAsDefaultProtocolClient'>,
  command: StartCommand,
): MailtoHandler {
  const asked: [string, string, string[]] = ['mailto', command.program, [...command.args, endOfOptions]];
  return {
    isOurs: () => app.isDefaultProtocolClient(...asked),
    set(on) {
      if (on) app.setAsDefaultProtocolClient(...asked);
      else app.removeAsDefaultProtocolClient(...asked);
    },
  };
}
