// waypost open: opens the window of the running host: a new address of the page, or the desktop's window.
import { browserCommand, openBrowser } from '../../headless/open-browser.ts';
import { withHost } from '../../running/control-client.ts';
import { openedText, statusText } from '../../running/status-text.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';

/** @returns 0 shown, 1 no host or no window, 100 wrong usage */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions(args, { options: { print: { type: 'boolean', default: false } } });
  const browser = !values.print && browserCommand(io.env, process.platform) !== undefined;
  return withHost(io, 'open', async api => {
    const opened = await api.call('page.open', { browser });
    if (values.print && opened.shown === 'page') {
      io.stdout.write(`${opened.url}\n`);
      return 0;
    }
    if (opened.shown === 'page' && opened.file !== null) openBrowser(opened.file, io.env, process.platform);
    io.stdout.write(`${openedText(opened)}\n${statusText(await api.call('host.status', {}))}`);
    return 0;
  });
}
