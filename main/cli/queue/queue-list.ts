// The queue as a table for a terminal: one line per message, one per recipient under it.
import type { QueueRecipient, QueueRow, QueueSummary } from '../../../core/api/queue.ts';
import { printable } from '../../../core/lib/text/printable.ts';

const head = ['MESSAGE', 'AGE', 'SIZE', 'NEXT TRY', 'FROM'];

/** The table of some messages; without any, only what the summary says. */
export function formatQueue(rows: readonly QueueRow[], summary: QueueSummary, nowMs: number): string {
  const cells = rows.map(row => [
    String(row.id),
    formatAge(nowMs - row.bornMs),
    formatSize(row.sizeBytes),
    nextTry(row, nowMs),
    row.sender === '' ? 'bounce (no sender)' : printable(row.sender),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map(line => line[column]?.length ?? 0)));
  const table = rows.flatMap((row, index) => [
    alignedLine(cells[index] ?? [], widths),
    ...row.recipients.map(recipientLine),
    ...(row.more > 0 ? [`    and ${row.more} more`] : []),
  ]);
  return [...(rows.length > 0 ? [alignedLine(head, widths), ...table] : []), totals(summary, nowMs), ''].join('\n');
}

/** Numbers to the right, words to the left. */
function alignedLine(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => (column < 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
    .join('  ')
    .trimEnd();
}

function nextTry(row: QueueRow, nowMs: number): string {
  if (row.held) return 'held';
  if (row.nextTryMs === null) return 'now';
  return row.nextTryMs <= nowMs ? 'soon' : `in ${formatAge(row.nextTryMs - nowMs)}`;
}

function recipientLine({ channel, address, state, held, told, tries, said }: QueueRecipient): string {
  const words = [
    state === 'now' ? 'being tried' : state === 'ended' ? 'finished' : '',
    held ? 'held' : '',
    told ? 'sender told of the delay' : '',
    tries === 0 ? '' : tries === 1 ? '1 try' : `${tries} tries`,
  ].filter(word => word !== '');
  const report = printable(said.trimEnd().replaceAll('\n', ' / '));
  const about = `${words.join(', ')}${report === '' ? '' : `: ${report}`}`;
  return `    ${channel.padEnd(6)}  ${printable(address)}${about === '' ? '' : `  (${about})`}`;
}

function totals(summary: QueueSummary, nowMs: number): string {
  const { messages, held, bytes, oldestMs } = summary;
  if (messages === 0) return 'Nothing is waiting.';
  const count = messages === 1 ? '1 message waits' : `${messages} messages wait`;
  return `${count}${held > 0 ? ` (${held} held)` : ''}, ${formatSize(bytes)}${oldestMs === null ? '' : `; the oldest for ${formatAge(nowMs - oldestMs)}`}.`;
}

/** `45s`, `12m`, `3h12m`, `2d4h`. */
function formatAge(ms: number): string {
  const seconds = Math.max(Math.round(ms / 1000), 0);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours}h${minutes % 60}m` : `${Math.floor(hours / 24)}d${hours % 24}h`;
}

/** `12.3 kB`. */
export function formatSize(bytes: number): string {
  const units = ['kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 'B';
  while (value >= 1000 && units.length > 0) {
    value /= 1000;
    unit = units.shift() ?? unit;
  }
  return `${unit === 'B' || value >= 100 ? Math.round(value) : value.toFixed(1)} ${unit}`;
}
