// Notifies of new mail: messages that arrive together (after sleep, or with a new network) become one notification.

import type { EventData } from '../../core/api/contract.ts';
import type { Notice } from '../../core/api/errors.ts';
import type { Settings } from '../../core/api/host.ts';
import type { Command } from '../../core/api/transport/desktop.ts';
import type { Clock } from '../../core/lib/clock.ts';
import type { Dispose } from '../../core/lib/dispose.ts';
import { text } from './text.ts';

export type Arrival = EventData<'mail.arrived'>;

export interface NotificationText {
  readonly title: string;
  readonly body: string;
}

/** How long to wait for more messages. */
const gatherMs = 1_500;
const mostNamed = 3;

export function notifyOfMail(deps: {
  notices(listener: (notice: Notice) => void): Dispose;
  clock: Clock;
  level(): Settings['notify'];
  /** True while the user looks at the window, where the list shows the message. */
  isWatched(): boolean;
  show(content: NotificationText, onClick: () => void): void;
  command(command: Command): void;
}): Dispose {
  let gathered: Arrival[] = [];
  let cancel = () => {};

  function speak(): void {
    const arrivals = gathered;
    gathered = [];
    if (deps.isWatched()) return;
    const content = notificationText(arrivals, deps.level());
    if (!content) return;
    const only = arrivals.length === 1 ? arrivals[0] : undefined;
    deps.show(content, () => deps.command(only ? { kind: 'open', id: only.id } : { kind: 'place', place: 'mail' }));
  }

  const stop = deps.notices(notice => {
    if (notice.event !== 'mail.arrived') return;
    gathered.push(notice.data as Arrival);
    if (gathered.length === 1) cancel = deps.clock.after(gatherMs, speak);
  });
  return () => {
    stop();
    cancel();
  };
}

/** The text at a level; undefined: no notification. */
export function notificationText(
  arrivals: readonly Arrival[],
  level: Settings['notify'],
): NotificationText | undefined {
  const [first] = arrivals;
  if (!first || level === 'off') return undefined;
  const messages = text.notify.messages(arrivals.length);
  if (level === 'count') return { title: text.name, body: messages };
  if (arrivals.length === 1) {
    return { title: senderOf(first), body: level === 'sender' ? messages : subjectOf(first) };
  }
  if (level === 'sender') {
    const names = [...new Set(arrivals.map(senderOf))];
    const named = names.slice(0, mostNamed);
    return { title: messages, body: text.notify.from(named, names.length - named.length) };
  }
  const lines = arrivals.slice(0, mostNamed).map(arrival => `${senderOf(arrival)}: ${subjectOf(arrival)}`);
  return { title: messages, body: lines.join('\n') };
}

function senderOf({ from }: Arrival): string {
  return plain(from.name || from.address) || text.name;
}

function subjectOf({ subject }: Arrival): string {
  return plain(subject) || text.notify.noSubject;
}

/** One line without control or direction characters, and without what Linux desktops read as markup. */
function plain(words: string): string {
  const line = words
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
