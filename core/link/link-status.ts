// A link as people see it.
import type { LinkForecast, LinkStatus } from '../api/links.ts';
import { nextChange } from '../control/links/windows.ts';
import { shownProblems } from '../control/word-file/word-file.ts';
import { usedToday } from './limits.ts';
import type { RunningLink } from './running-link.ts';
import { isKeptBack } from './spool/sending-order.ts';
import { costOf } from './state/cost.ts';

export function linkStatus(running: RunningLink, nowMs: number): LinkStatus {
  const { file, state, presence, history } = running;
  const { link, problems } = file;
  const { state: known, because, sinceMs } = presence.now();
  const today = usedToday(state.state.today, nowMs);
  return {
    name: link.name,
    ...{ state: known, because, sinceMs },
    offline: state.state.offline,
    window: {
      open: running.isWindowOpen,
      changesMs: nextChange(link.windows, new Date(nowMs))?.getTime() ?? null,
    },
    spentToday: running.isSpent,
    today: { minutes: today.ms / 60_000, bytes: today.bytes, cost: costOf(link, today.ms, today.bytes) },
    currency: link.cost.currency,
    lastContact: history.contacts()[0] ?? null,
    ...loadOf(running),
    largestBytes: link.largestBytes ?? null,
    carries: [...link.carries],
    toClient: link.server?.kind === 'client',
    holdsQueue: link.steps.some(({ kind }) => kind === 'queue'),
    progress: running.progress,
    problems: shownProblems(problems),
  };
}

/** What sending so many bytes takes, at the measured rate. */
function effortOf({ file: { link }, history }: RunningLink, bytes: number): Pick<LinkForecast, 'seconds' | 'cost'> {
  const rate = history.rate();
  const seconds = bytes === 0 ? 0 : rate === undefined ? null : bytes / rate;
  const isFree = link.cost.perMinute === 0 && link.cost.perMegabyte === 0;
  const isUnknown = seconds === null && link.cost.perMinute > 0;
  return { seconds, cost: isFree || isUnknown ? null : costOf(link, (seconds ?? 0) * 1000, bytes) };
}

/**
 * @param bytes all that is sent @param messageBytes of one copy: a message for several recipients is sent to each of them
 */
export function estimateFor(
  running: RunningLink,
  bytes: number,
  messageBytes: number,
): Omit<LinkForecast, 'recipients'> {
  const { link } = running.file;
  return {
    name: link.name,
    tooLarge: link.largestBytes !== undefined && messageBytes > link.largestBytes,
    largestBytes: link.largestBytes ?? null,
    currency: link.cost.currency,
    ...effortOf(running, bytes),
  };
}

function loadOf(running: RunningLink): Pick<LinkStatus, 'waiting' | 'keptBack'> {
  const { mail, marks, file } = running;
  let [messages, bytes, keptBack] = [0, 0, 0];
  for (const message of mail.all()) {
    if (isKeptBack(message, marks.of(message.name), file.link)) keptBack++;
    else {
      messages++;
      bytes += message.sizeBytes;
    }
  }
  return { waiting: { messages, bytes, ...effortOf(running, bytes) }, keptBack };
}
