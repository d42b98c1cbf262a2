// The queue: how old its oldest message is, and whether anything is delivered at all.
import type { Check } from '../../api/checks.ts';
import type { QueueSummary } from '../../api/queue.ts';
import { localMinute } from '../../lib/text/local-time.ts';
import { about } from './run-check.ts';

/** Mail that has waited for so long is more than a host that was busy. */
const oldMs = 24 * 3_600_000;
/** So few attempts say nothing. */
const fewAttempts = 5;

export function checkQueue(summary: QueueSummary, lifetimeSec: number, nowMs: number): Check[] {
  const { fine, warning } = about('queue', 'Queue');
  const { messages, held, oldestMs, waitsForLinks, lastHour } = summary;
  if (messages === 0 || oldestMs === null) return [fine('No message waits.')];
  const waits = `${messages === 1 ? '1 message waits' : `${messages} messages wait`}, the oldest since ${localMinute(oldestMs)}`;
  // It is meant to wait.
  if (held === messages || waitsForLinks)
    return [fine(`${waits}${held === messages ? '; all are held' : ` for ${waitsForLinks?.join(' or ')}`}.`)];
  const found: Check[] = [];
  if (nowMs - oldestMs > oldMs) {
    const days = Math.ceil((oldestMs + lifetimeSec * 1000 - nowMs) / 86_400_000);
    const end =
      days > 0
        ? `It is returned to its sender in ${days === 1 ? '1 day' : `${days} days`}`
        : 'It is about to be returned to its sender';
    found.push(warning(`${waits}. ${end}. See why it waits: in Queue, or with waypost queue list.`));
  }
  const { delivered, deferred } = lastHour;
  if (deferred >= fewAttempts && delivered === 0) {
    found.push(
      warning(
        `All ${deferred} attempts of the last hour were deferred, none succeeded. See what the other hosts said: in Queue, or with waypost queue list.`,
      ),
    );
  }
  return found.length > 0
    ? found
    : [fine(`${waits}. In the last hour ${delivered} attempts succeeded and ${deferred} were deferred.`)];
}
