// Allows one desktop for each home: a second start hands its wish to the first one and ends.
import type { App } from 'electron';
import { classifyLink } from '../window/links.ts';

/** What a second start may ask of the first one. */
export interface Wish {
  readonly hidden: boolean;
  readonly mailto: string | undefined;
}

/**
 * @returns false when another desktop has this home: it has got the wish, and this one should end
 */
export function becomeOnlyInstance(
  app: Pick<App, 'requestSingleInstanceLock' | 'on'>,
  wish: Wish,
  onSecond: (wish: Wish) => void,
): boolean {
  // Chromium may reorder and extend arguments, so the parsed wish is sent instead of them.
  if (!app.requestSingleInstanceLock({ hidden: wish.hidden, mailto: wish.mailto ?? null })) return false;
  app.on('second-instance', (_event, _argv, _directory, data) => onSecond(parseWish(data)));
  return true;
}

function parseWish(data: unknown): Wish {
  const { hidden, mailto } = (data ?? {}) as { hidden?: unknown; mailto?: unknown };
  const isLink = typeof mailto === 'string' && classifyLink(mailto).kind === 'mailto';
  return { hidden: hidden === true, mailto: isLink ? mailto : undefined };
}
