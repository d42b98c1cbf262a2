// Takes mailto: links of other programs: on macOS as events, on other systems as arguments.
import type { App } from 'electron';
import type { Command } from '../../../core/api/transport/desktop.ts';
import { classifyLink } from '../window/links.ts';
import type { StartCommand } from './autostart.ts';
import { endOfOptions } from './launch.ts';

/** macOS sends links as events, the first ones before the app is ready. */
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

/** Tells whether the system opens mail links with this app, and changes that. */
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
