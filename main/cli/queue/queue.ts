// waypost queue: shows what waits, and changes it, while the host runs or after a crash (what qmail-qread shows, and what owners of
// qmail hosts did with qmHandle while qmail was stopped).
import type { Api } from '../../../core/api/contract.ts';
import type { QueueChange, QueueChoice, QueueRow } from '../../../core/api/queue.ts';
import { printable, printableJson } from '../../../core/lib/text/printable.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { withHost } from '../../running/control-client.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';
import { formatQueue } from './queue-list.ts';
import { settle } from './settle.ts';

const usage = `usage: waypost queue list [--json]
       waypost queue view N
       waypost queue retry [N ...]
       waypost queue hold|release|bounce|delete N ... [--recipient ADDRESS]
       waypost queue settle
`;

interface Order {
  readonly action: string;
  readonly ids: number[];
  readonly recipient: string | undefined;
  readonly json: boolean;
}

/** @returns 0 done, 1 refused or nothing was changed, 100 wrong usage */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const order = parseOrder(args);
  if (order?.action === 'settle' && isComplete(order)) return settle(io);
  const act = order && actions[order.action];
  if (!act || !isComplete(order)) {
    io.stderr.write(usage);
    return 100;
  }
  return withHost(io, 'queue', api => act(api, order, io));
}

/** @throws UserError for unknown options and invalid numbers */
function parseOrder(args: readonly string[]): Order | undefined {
  const { values, positionals } = parseOptions(args, {
    allowPositionals: true,
    options: { recipient: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [action, ...numbers] = positionals;
  if (action === undefined) return undefined;
  return { action, ids: numbers.map(messageNumber), recipient: values.recipient, json: values.json };
}

function messageNumber(text: string): number {
  if (!/^#?[1-9]\d{0,15}$/.test(text)) {
    throw new UserError(`${text} is not a message number. waypost queue list shows them.`, { exitCode: 100 });
  }
  return Number(text.replace('#', ''));
}

/** True when the action has what it needs, and nothing that it would ignore. */
function isComplete({ action, ids, recipient, json }: Order): boolean {
  if (json && action !== 'list') return false;
  if (action === 'list' || action === 'settle') return ids.length === 0 && recipient === undefined;
  if (action === 'retry') return recipient === undefined;
  return action === 'view' ? ids.length === 1 && recipient === undefined : ids.length > 0;
}

type Act = (api: Api, order: Order, io: CommandIo) => Promise<number>;

const actions: Readonly<Record<string, Act>> = {
  list,
  view,
  retry,
  hold: changing('queue.hold', 'held', 'being tried right now: held when that has ended'),
  release: changing('queue.release', 'released', 'being tried right now: released when that has ended'),
  bounce: changing('queue.bounce', 'returned to the sender', 'being tried right now: left alone'),
  delete: changing('queue.remove', 'deleted', 'being tried right now: left alone'),
};

/** Rows asked for at once. */
const pageRows = 500;

async function list(api: Api, { json }: Order, { stdout }: CommandIo): Promise<number> {
  const rows: QueueRow[] = [];
  for (;;) {
    const page = await api.call('queue.list', { offset: rows.length, limit: pageRows });
    rows.push(...page.rows);
    if (page.rows.length < pageRows) {
      const { summary } = page;
      stdout.write(json ? printableJson({ summary, rows }) : formatQueue(rows, summary, Date.now()));
      return 0;
    }
  }
}

async function view(api: Api, { ids }: Order, { stdout, stderr }: CommandIo): Promise<number> {
  const { text, cut } = await api.call('queue.view', { id: ids[0] as number });
  stdout.write(printable(text));
  if (!text.endsWith('\n')) stdout.write('\n');
  if (cut) stderr.write('queue: the message is longer; these are its first 64 KB.\n');
  return 0;
}

async function retry(api: Api, { ids }: Order, { stdout }: CommandIo): Promise<number> {
  const { woken } = await api.call('queue.retry', ids.length > 0 ? { ids } : {});
  stdout.write(woken > 0 ? 'Due now.\n' : 'Nothing was waiting for its next try.\n');
  return 0;
}

/** A call that changes recipients and counts them. */
function changing(
  method: 'queue.hold' | 'queue.release' | 'queue.bounce' | 'queue.remove',
  did: string,
  busyWords: string,
): Act {
  return async (api, { ids, recipient }, { stdout }) => {
    const choice: QueueChoice = { ids, ...(recipient !== undefined && { recipient: { address: recipient } }) };
    const { changed, busy }: QueueChange = await api.call(method, choice);
    stdout.write(`${count(changed)} ${did}.\n`);
    if (busy > 0) stdout.write(`${count(busy)} ${busyWords}.\n`);
    return changed + busy > 0 ? 0 : 1;
  };
}

function count(recipients: number): string {
  return recipients === 1 ? '1 recipient' : `${recipients} recipients`;
}
