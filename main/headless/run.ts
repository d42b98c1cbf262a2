// Runs the host with a loopback web page in this process until it is stopped: what `npm start` does without Electron.
import { join } from 'node:path';
import type { HostStatus } from '../../core/api/host.ts';
import { ensureHome } from '../../core/home/first-start.ts';
import type { Invitation } from '../../core/host/pages/pages.ts';
import { startHost } from '../../core/host.ts';
import { linkPrograms } from '../link-programs.ts';
import { startOnSmtpPort, usualSmtpPort } from '../smtp-port.ts';
import { serveUi } from './serve-ui.ts';
import { keepYoungGenerationSmall } from './young-generation.ts';

const address = '127.0.0.1';

export interface RunningPage {
  status(): HostStatus;
  /** @param browser with a file to open it by */
  invite(browser: boolean): Invitation;
  /** Waits for running deliveries to end. */
  stop(): Promise<void>;
}

/**
 * Starts the host of a home, and creates the home first if there is none.
 * @param say prints lines for the user
 * @throws UserError when the home cannot be used
 */
export async function runHeadless(options: {
  home: string;
  rendererDir: string;
  verbose: boolean;
  say(line: string): void;
}): Promise<RunningPage> {
  const { home, rendererDir, say } = options;
  keepYoungGenerationSmall();
  await ensureHome(home);
  const onLogLine = options.verbose ? (line: string) => process.stderr.write(`${line}\n`) : undefined;
  const host = await startOnSmtpPort(address, port => startHost({ home, smtp: { address, port }, onLogLine }));
  try {
    linkPrograms(home, join(import.meta.dirname, '..', 'cli', 'waypost.ts'));
    const ui = await serveUi({ host, address, port: 0, tls: () => undefined, rendererDir });
    const smtp = host.status().smtp?.port;
    if (smtp !== usualSmtpPort) say(`Port ${usualSmtpPort} is taken, so mail is accepted on port ${smtp}.`);
    return {
      status: host.status,
      invite: ui.invite,
      async stop() {
        await ui.close();
        await host.stop();
      },
    };
  } catch (error) {
    await host.stop();
    throw error;
  }
}
