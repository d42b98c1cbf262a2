// waypost ui: lists the sessions of the page, one for each browser, and revokes them.

import type { PageSession } from '../../../core/api/page.ts';
import { printableJson } from '../../../core/lib/text/printable.ts';
import { withHost } from '../../running/control-client.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';

const usage = 'usage: waypost ui sessions [--json]\n       waypost ui revoke ID ...\n       waypost ui revoke --all\n';

/** @returns 0 done, 1 no host, or no such session, 100 wrong usage */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, all: { type: 'boolean', default: false } },
  });
  const [verb, ...ids] = positionals;
  if (verb === 'sessions' && ids.length === 0 && !values.all) return list(io, values.json);
  if (verb === 'revoke' && values.all === (ids.length === 0)) return revoke(io, values.all ? undefined : ids);
  io.stderr.write(usage);
  return 100;
}

function list(io: CommandIo, json: boolean): Promise<number> {
  return withHost(io, 'ui', async api => {
    const sessions = await api.call('page.sessions', {});
    if (json) io.stdout.write(printableJson(sessions));
    else if (sessions.length === 0) io.stdout.write('No browser has a session. To open the page: waypost open\n');
    else for (const session of sessions) io.stdout.write(lineOf(session));
    return 0;
  });
}

function lineOf({ id, user, origin, browser, madeMs, usedMs, open }: PageSession & { open: number }): string {
  const now = open === 0 ? `last used ${dateOf(usedMs)}` : `open in ${open} tab${open === 1 ? '' : 's'}`;
  return `${id}  ${user} at ${origin}, since ${dateOf(madeMs)}, ${now}\n          ${browser}\n`;
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

function revoke(io: CommandIo, ids: readonly string[] | undefined): Promise<number> {
  return withHost(io, 'ui', async api => {
    const { revoked } = await api.call('page.revoke', ids ? { ids: [...ids] } : {});
    for (const id of revoked) io.stdout.write(`${id} has ended.\n`);
    const unknown = ids?.filter(id => !revoked.includes(id)) ?? [];
    for (const id of unknown) io.stderr.write(`ui: there is no session ${id}. See: waypost ui sessions\n`);
    return unknown.length === 0 ? 0 : 1;
  });
}
