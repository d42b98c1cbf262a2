// What the window says about a link in a word or a line. Pure.
import type { LinkStatus } from '../../../core/api/links.ts';
import { text } from '../../text/en.ts';
import { nextTime } from '../../text/format.ts';

export type Tone = 'good' | 'wait' | 'bad' | '';

interface Mark {
  readonly tone: Tone;
  readonly words: string;
}

/** The chip of a link. What a person decided, or must do, comes before what the link itself does. */
export function linkMark(link: LinkStatus): Mark {
  if (link.problems.length > 0) return { tone: 'bad', words: text.links.problems(link.problems.length) };
  if (link.progress) return { tone: 'good', words: text.links.running };
  if (link.offline) return { tone: 'wait', words: text.links.offline };
  if (link.spentToday) return { tone: 'wait', words: text.links.spent };
  return { tone: link.state === 'up' ? 'good' : '', words: text.links.states[link.state] };
}

/** What comes next, as a sentence. */
export function nextWords(link: LinkStatus, nowMs: number): string {
  const { next } = text.links;
  if (link.problems.length > 0) return next.problem;
  if (link.offline) return next.offline;
  if (link.spentToday) return next.spent;
  const { open, changesMs } = link.window;
  if (changesMs === null && link.toClient) return next.client;
  if (changesMs === null) return open ? next.open : '';
  return open ? next.closes(nextTime(changesMs, nowMs)) : next.opens(nextTime(changesMs, nowMs));
}

/** The messages that the running contact has still to send, and has sent. */
export function progressCounts({ progress }: LinkStatus): { readonly done: number; readonly all: number } {
  if (!progress) return { done: 0, all: 0 };
  const done = progress.sent + progress.refused;
  return { done, all: done + progress.left };
}

/** Of all links, for the status bar: the contact that runs, else what waits and when it goes. `''`: there is nothing to say. */
export function statusWords(
  links: readonly LinkStatus[],
  nowMs: number,
): { readonly tone: Tone; readonly words: string } {
  const { status } = text.links;
  const running = links.find(({ progress }) => progress !== null);
  if (running) {
    const { done, all } = progressCounts(running);
    return { tone: 'good', words: status.sending(running.name, done, all) };
  }
  const [first, ...others] = links;
  if (!first) return { tone: '', words: '' };
  if (others.length === 0)
    return { tone: waits(links) > 0 ? 'wait' : '', words: status.one(first.name, briefly(first, nowMs)) };
  const count = waits(links);
  if (count === 0) return { tone: '', words: '' };
  const opens = links
    .filter(link => link.waiting.messages > 0 && !link.offline && !link.window.open)
    .flatMap(({ window }) => (window.changesMs === null ? [] : [window.changesMs]));
  const soonest = opens.length > 0 ? `, ${status.opens(nextTime(Math.min(...opens), nowMs))}` : '';
  return { tone: 'wait', words: `${status.waiting(count)}${soonest}` };
}

/** That something waits for one of these links, and until when: `Waits for radio, next window Mon 18:00`. */
export function linkWaitWords(
  links: readonly LinkStatus[] | undefined,
  names: readonly string[],
  nowMs: number,
): string {
  const until = untilWords(links ?? [], names, nowMs);
  return [text.links.waitsFor(names), ...(until === '' ? [] : [until])].join(', ');
}

/** Of several links the window that opens first; of one that may be used, why it is not. `''`: nothing is known. */
export function untilWords(links: readonly LinkStatus[], names: readonly string[], nowMs: number): string {
  const { status, next } = text.links;
  const found = links.filter(({ name }) => names.includes(name));
  const usable = found.filter(({ offline, spentToday, problems }) => !offline && !spentToday && problems.length === 0);
  const opens = usable.flatMap(({ window }) => (window.open || window.changesMs === null ? [] : [window.changesMs]));
  const [first] = found;
  if (usable.some(({ window }) => window.open))
    return usable.some(({ state }) => state === 'up') ? '' : status.itIsDown;
  if (opens.length > 0) return status.opens(nextTime(Math.min(...opens), nowMs));
  if (!first) return '';
  return first.problems.length > 0 ? next.brokenFile : first.offline ? status.itIsOffline : status.spent;
}

/** All messages that wait for links, for a person too. */
export function waits(links: readonly LinkStatus[]): number {
  return links.reduce((sum, { waiting, keptBack }) => sum + waiting.messages + keptBack, 0);
}

function briefly(link: LinkStatus, nowMs: number): string {
  const { status } = text.links;
  const state = link.offline
    ? status.offline
    : link.state === 'up'
      ? status.up
      : link.state === 'down'
        ? status.down
        : '';
  const { open, changesMs } = link.window;
  const opens = !link.offline && !open && changesMs !== null ? status.opens(nextTime(changesMs, nowMs)) : '';
  const all = waits([link]);
  const count = all > 0 ? text.links.waits(all) : '';
  return [state, count, opens].filter(part => part !== '').join(', ');
}

/** The step of a contact as its file has it, in words. */
export function stepWords(step: string): string {
  const [kind = '', where = ''] = step.split(/\s+/);
  const { steps } = text.links.progress;
  if (kind === 'send' || kind === 'queue') return steps[kind];
  return kind === 'turn' || kind === 'etrn' || kind === 'fetch' ? steps[kind](where) : step;
}
