// Connects the window to its host: over the bridge of the desktop app, else over a WebSocket to the page's origin.

import type { Api } from '../core/api/contract.ts';
import { createClient } from '../core/api/transport/client.ts';
import type { Command } from '../core/api/transport/desktop.ts';
import type { Timers } from './models/timers.ts';
import { bridgeTransport } from './transport/bridge.ts';
import type { Connection } from './transport/connection.ts';
import { pageCredentials } from './transport/credentials.ts';
import { webSocketTransport } from './transport/web-socket.ts';

/** The host, as the whole window sees it. */
export interface Host {
  readonly api: Api;
  readonly connection: Connection;
  /** True in the desktop app, which has a tray, a login item and notifications. */
  readonly desktop: boolean;
  onCommand(receive: (command: Command) => void): void;
}

export function openHost(page: Window, timers: Timers): Host {
  const bridge = page.waypost;
  if (bridge) {
    const { transport, connection } = bridgeTransport(bridge);
    return {
      api: createClient(transport),
      connection,
      desktop: bridge.desktop,
      onCommand: receive => bridge.onCommand(receive),
    };
  }
  const url = `${page.location.protocol === 'https:' ? 'wss' : 'ws'}://${page.location.host}/api`;
  const credentials = pageCredentials(page);
  credentials.takeKey();
  const { transport, connection } = webSocketTransport({ timers, credentials, open: () => new WebSocket(url) });
  // Opening an address with a key in this tab changes only the fragment.
  page.addEventListener('hashchange', () => {
    if (credentials.takeKey()) connection.enter();
  });
  page.addEventListener('online', () => connection.retryNow());
  page.document.addEventListener('visibilitychange', () => {
    if (page.document.visibilityState === 'visible') connection.retryNow();
  });
  return { api: createClient(transport), connection, desktop: false, onCommand: () => {} };
}
