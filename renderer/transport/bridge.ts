// The transport of the desktop window: what the Electron preload exposes as `window.waypost`.
import { signal } from '@preact/signals';
import type { Transport } from '../../core/api/client.ts';
import type { DesktopBridge } from '../../core/api/desktop.ts';
import type { Link, LinkState } from './connection.ts';

declare global {
  interface Window {
    readonly waypost?: DesktopBridge;
  }
}

/** A transport over the bridge. The host lives in the same application, so the link is always up. */
export function bridgeTransport(bridge: DesktopBridge): { transport: Transport; link: Link } {
  const state = signal<LinkState>({ kind: 'up' });
  return {
    transport: {
      send: (method, request) => bridge.invoke(method, request),
      listen: receive => bridge.onNotice(receive),
    },
    link: { state, retryNow: () => {} },
  };
}
