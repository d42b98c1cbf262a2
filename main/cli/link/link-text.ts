// Links in words for a terminal: the table of all, one in full, a contact, and what runs.
import type { LinkContact, LinkProgress, LinkStatus } from '../../../core/api/links.ts';
import { localMinute } from '../../../core/lib/text/local-time.ts';
import { printable } from '../../../core/lib/text/printable.ts';
import { formatSize } from '../queue/queue-list.ts';

const head = ['LINK', 'STATE', 'WAITING', 'WINDOW', 'LAST CONTACT'];

/** One line for each link, and below them what is wrong. */
export function formatLinks(links: readonly LinkStatus[]): string {
  if (links.length === 0) return 'There are no links. To write the file of one: waypost link edit NAME\n';
  const rows = links.map(link => [
    link.name,
    stateText(link),
    loadText(link),
    windowText(link),
    link.lastContact ? contactText(link.lastContact) : 'none yet',
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map(row => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [...[head, ...rows].map(line), ...links.flatMap(problemLines), ''].join('\n');
}

/** All that is known of one link. */
export function formatLink(link: LinkStatus): string {
  const { name, because, sinceMs, today, currency, lastContact, carries, progress, keptBack, largestBytes } = link;
  const since = sinceMs === null ? '' : ` since ${localMinute(sinceMs)}`;
  const above = largestBytes === null ? '' : `, or larger than ${formatSize(largestBytes)}`;
  const rows: [string, string][] = [
    ['Up or down', link.offline ? `offline until: waypost link release ${name}` : `${link.state}${since}`],
    ['Known by', printable(because)],
    ['Waiting', loadText(link)],
    ...(keptBack > 0
      ? [['Kept back', `${messages(keptBack)} for you to decide: held${above}`] as [string, string]]
      : []),
    ['Window', windowText(link)],
    ['Today', spentText(today, currency, link.spentToday)],
    ['Last contact', lastContact ? contactText(lastContact, currency) : 'none yet'],
    ...(progress ? [['Now', progressText(progress)] as [string, string]] : []),
    ['Carries', carries.length > 0 ? carries.map(printable).join(', ') : 'no mail of its own'],
    ...(link.holdsQueue ? [['The queue', 'waits for this link'] as [string, string]] : []),
  ];
  return [name, ...rows.map(([what, says]) => `  ${what.padEnd(14)}${says}`), ...problemLines(link), ''].join('\n');
}

function problemLines({ name, problems }: LinkStatus): string[] {
  return problems.map(({ line, text }) => problemText(`control/links/${name}`, { line, text }));
}

export function problemText(file: string, { line, text }: LinkStatus['problems'][number]): string {
  return printable(`${file}${line === null ? '' : `:${line}`}: ${text}`);
}

function stateText({ offline, progress, problems, state }: LinkStatus): string {
  if (problems.length > 0) return 'problem';
  if (progress) return 'in contact';
  return offline ? 'offline' : state;
}

function loadText({ waiting, keptBack, currency }: LinkStatus): string {
  const kept = keptBack > 0 ? [`${keptBack} kept back`] : [];
  if (waiting.messages === 0) return ['nothing', ...kept].join(', ');
  const parts = [messages(waiting.messages), ...kept, formatSize(waiting.bytes)];
  if (waiting.seconds !== null) parts.push(`about ${durationText(waiting.seconds * 1000)}`);
  if (waiting.cost !== null) parts.push(costText(waiting.cost, currency));
  return parts.join(', ');
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`;
}

function windowText({ window, spentToday }: LinkStatus): string {
  if (spentToday) return 'used up for today';
  if (window.changesMs === null) return window.open ? 'always open' : 'closed';
  return window.open ? `open until ${localMinute(window.changesMs)}` : `opens ${localMinute(window.changesMs)}`;
}

function spentText({ minutes, bytes, cost }: LinkStatus['today'], currency: string, isSpent: boolean): string {
  const parts = [`${minutes.toFixed(1)} minutes`, formatSize(bytes)];
  if (cost !== null) parts.push(costText(cost, currency));
  return `${parts.join(', ')}${isSpent ? ': the limit of the day is reached' : ''}`;
}

function costText(cost: number, currency: string): string {
  return `${cost.toFixed(2)} ${printable(currency)}`.trim();
}

const endWords = { done: 'done', failed: 'failed', 'given-up': 'given up', stopped: 'stopped' } as const;

/** `2026-11-30 06:00, done in 45s: 3 sent, 1 returned, 12 kB out, 3 kB in`. */
export function contactText(contact: LinkContact, currency = ''): string {
  const { startMs, endMs, end, why, sent, refused, bounced, bytesOut, bytesIn, cost } = contact;
  const parts = [
    `${sent} sent`,
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(bounced > 0 ? [`${bounced} returned`] : []),
    `${formatSize(bytesOut)} out`,
    `${formatSize(bytesIn)} in`,
    ...(cost === null ? [] : [costText(cost, currency)]),
  ];
  const reason = why === '' ? '' : ` (${printable(why)})`;
  return `${localMinute(startMs)}, ${endWords[end]}${reason} in ${durationText(endMs - startMs)}: ${parts.join(', ')}`;
}

/** `send: 2 sent, 1 left, 240 B/s`. */
export function progressText({ step, sent, refused, left, rate }: LinkProgress): string {
  const parts = [`${sent} sent`, ...(refused > 0 ? [`${refused} refused`] : []), `${left} left`];
  return printable(`${step}: ${parts.join(', ')}, ${formatSize(rate)}/s`);
}

function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes}m` : `${Math.floor(minutes / 60)}h${minutes % 60}m`;
}
