// The links for the tray: asked for at the start, and again when one has changed; and what the tray's menu does with them.

import type { Notice } from '../../core/api/errors.ts';
import type { LinkStatus } from '../../core/api/links.ts';
import type { Caller } from '../../core/api/transport/caller.ts';
import { createClient } from '../../core/api/transport/client.ts';
import type { Dispatch } from '../../core/api/transport/dispatch.ts';
import type { Clock } from '../../core/lib/clock.ts';
import type { Dispose } from '../../core/lib/dispose.ts';
import { reasonOf } from '../../core/lib/user-error.ts';
import type { LinkActions } from './tray/tray-links.ts';

/** The part of the host that is watched. */
export interface LinksHost {
  readonly dispatch: Dispatch;
  readonly user: string;
  notices(listener: (notice: Notice) => void): Dispose;
}

/** While a contact runs, something changes all the time. */
const pauseMs = 1_000;

export function watchLinks(deps: {
  readonly host: LinksHost;
  readonly clock: Clock;
  show(links: readonly LinkStatus[]): void;
  log(line: string): void;
}): { readonly actions: LinkActions; readonly dispose: Dispose } {
  const { host, clock, show, log } = deps;
  const caller: Caller = { user: host.user, way: { kind: 'desktop' } };
  let stopNotices: Dispose = () => undefined;
  const api = createClient({
    send: (method, request) => host.dispatch(caller, method, request),
    listen(receive) {
      stopNotices = host.notices(receive);
    },
  });
  let isWaiting = false;
  let isGone = false;

  const refused = (error: unknown) => log(`links: ${reasonOf(error)}`);

  async function ask(): Promise<void> {
    const { links } = await api.call('links.list', {});
    if (!isGone) show(links);
  }

  function askSoon(): void {
    if (isWaiting) return;
    isWaiting = true;
    clock.after(pauseMs, () => {
      isWaiting = false;
      if (!isGone) ask().catch(refused);
    });
  }

  api.on('links.changed', askSoon);
  api.onGap(askSoon);
  ask().catch(refused);
  return {
    actions: {
      exchange: name => void api.call('links.exchange', { name }).catch(refused),
      stop: name => void api.call('links.stop', { name }).catch(refused),
      setOffline: (name, offline) => void api.call('links.offline', { name, offline }).catch(refused),
    },
    dispose() {
      isGone = true;
      stopNotices();
    },
  };
}
