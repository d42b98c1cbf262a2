// waypost status: the status of the running host: its addresses, what is in the queue, and its problems.

import type { HostStatus } from '../../../core/api/host.ts';
import { printableJson } from '../../../core/lib/text/printable.ts';
import { withHost } from '../../running/control-client.ts';
import { statusText } from '../../running/status-text.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';

/** @returns 0 it runs, 1 no host, 100 wrong usage */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions(args, { options: { json: { type: 'boolean', default: false } } });
  return withHost(io, 'status', async api => {
    const status = await api.call('host.status', {});
    io.stdout.write(values.json ? printableJson(status) : textOf(status));
    return 0;
  });
}

function textOf(status: HostStatus): string {
  const problems = status.problems.map(({ text }) => `\n${text}\n`).join('');
  return `Waypost runs.\n\n${statusText(status)}\n${waitingText(status)}\n${problems}`;
}

function waitingText({ unread, waiting, held, nextTryMs, waitsForLinks = [] }: HostStatus): string {
  const forLinks = waitsForLinks.length === 0 ? '' : `, which waits for link ${waitsForLinks.join(' or ')}`;
  const next =
    nextTryMs === null ? forLinks : `, the next is tried at ${new Date(nextTryMs).toTimeString().slice(0, 8)}`;
  const holds = held === 0 ? '' : `, ${held} of them held`;
  const queue = waiting === 0 ? 'the queue is empty' : `${waiting} in the queue${holds}${next}`;
  return `${unread} unread; ${queue}.`;
}
