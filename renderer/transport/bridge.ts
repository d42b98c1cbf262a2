// The transport of the desktop window, over what the Electron preload exposes as `window.waypost`.
import { signal } from '@preact/signals';
import type { Transport } from '../../core/api/transport/client.ts';
import type { DesktopBridge } from '../../core/api/transport/desktop.ts';
import type { Connection, ConnectionState } from './connection.ts';

declare global {
  interface Window {
    readonly waypost?: DesktopBridge;
  }
}

/** A transport over the bridge. The host is in the same application, so the connection is always up. */
export function bridgeTransport(bridge: DesktopBridge): { transport: Transport; connection: Connection } {
  const state = signal<ConnectionState>({ kind: 'up' });
  return {
    transport: {
      send: (method, request) => bridge.invoke(method, request),
      listen: receive => bridge.onNotice(receive),
    },
    connection: { state, retryNow: () => {} },
  };
}
