// The window's way to its host: over the desktop bridge where there is one, else over a WebSocket to the page's origin.
import { createClient } from '../core/api/client.ts';
import type { Api } from '../core/api/contract.ts';
import type { Command } from '../core/api/desktop.ts';
import type { Timers } from './models/timers.ts';
import { bridgeTransport } from './transport/bridge.ts';
import type { Link } from './transport/connection.ts';
import { pagePass } from './transport/credentials.ts';
import { webSocketTransport } from './transport/web-socket.ts';

/** The host, as the whole window sees it. */
export interface Host {
  readonly api: Api;
  readonly link: Link;
  /** True inside the desktop app: there is a tray, a login item, notifications. */
  readonly desktop: boolean;
  onCommand(receive: (command: Command) => void): void;
}

export function openHost(page: Window, timers: Timers): Host {
  const bridge = page.waypost;
  if (bridge) {
    const { transport, link } = bridgeTransport(bridge);
    return {
      api: createClient(transport),
      link,
      desktop: bridge.desktop,
      onCommand: receive => bridge.onCommand(receive),
    };
  }
  const url = `${page.location.protocol === 'https:' ? 'wss' : 'ws'}://${page.location.host}/api`;
  const pass = pagePass(page);
  pass.takeKey();
  const { transport, link } = webSocketTransport({ timers, pass, open: () => new WebSocket(url) });
  // An address with a key that is opened in this very tab only changes the fragment.
  page.addEventListener('hashchange', () => {
    if (pass.takeKey()) link.enter();
  });
  page.addEventListener('online', () => link.retryNow());
  page.document.addEventListener('visibilitychange', () => {
    if (page.document.visibilityState === 'visible') link.retryNow();
  });
  return { api: createClient(transport), link, desktop: false, onCommand: () => {} };
}
