// waypost trace: what happened to a message. It reads the logs of the home itself, whether or not a host runs on it.

import { readLinks } from '../../../core/control/links/read-links.ts';
import { windowWords } from '../../../core/control/links/window-words.ts';
import { isHome } from '../../../core/home/make-home.ts';
import { traceFor } from '../../../core/host/home-trace.ts';
import { printableJson } from '../../../core/lib/text/printable.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';
import { traceText } from './trace-text.ts';

const usage = 'usage: waypost trace [--limit COUNT] [--json] ID|ADDRESS|MESSAGE-ID\n';
const usualLimit = 20;

/** @returns 0 found, 1 not in the log, 100 wrong usage */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    allowPositionals: true,
    options: { limit: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const query = positionals[0]?.trim();
  const limit = Number(values.limit ?? usualLimit);
  if (!query || positionals.length > 1 || !Number.isInteger(limit) || limit < 1) {
    io.stderr.write(usage);
    return 100;
  }
  const home = io.home;
  if (!isHome(home)) throw new UserError(`${home} is not a Waypost home.`);
  const windowOf = linkWindows(home, Date.now());
  const traced = await traceFor(home)['explain.trace']({ query, limit });
  io.stdout.write(values.json ? printableJson(traced) : traceText(traced, windowOf));
  if (traced.messages.length > 0) return 0;
  io.stderr.write(`trace: the log has nothing about ${query}.\n`);
  return 1;
}

/** Nothing is said of links whose files cannot be read. */
function linkWindows(home: string, nowMs: number): (name: string) => string {
  try {
    const links = new Map(readLinks(home).map(({ link }) => [link.name, link]));
    return name => {
      const link = links.get(name);
      return link ? windowWords(link, nowMs) : '';
    };
  } catch {
    return () => '';
  }
}
