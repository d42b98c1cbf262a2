// What people are told of a host that runs: where its window is, which addresses and ports it has, where the mail is.
import { join } from 'node:path';
import type { Reply } from '../../core/api/contract.ts';
import type { HostStatus } from '../../core/api/host.ts';

const servers = ['smtp', 'pop3', 'pop3s', 'qmtp', 'qmqp'] as const;

/** One fact a line. */
export function statusText(status: HostStatus): string {
  const { owner, home, version, window } = status;
  const facts: [string, string][] = [
    ['Your address', owner.address],
    ['Your mail', owner.maildir],
    ...servers.flatMap((name): [string, string][] => {
      const on = status[name];
      return on ? [[name.toUpperCase(), `${on.address} port ${on.port}`]] : [];
    }),
    ['sendmail', join(home, 'bin', 'sendmail')],
    ['Window', windowText(window)],
    ['Home', home],
    ['Version', version],
  ];
  return facts.map(([name, fact]) => `  ${name.padEnd(14)}${fact}\n`).join('');
}

function windowText(window: HostStatus['window']): string {
  if (window === null) return 'none: start the host with --ui 127.0.0.1:0 for a page';
  return window.kind === 'desktop' ? 'the desktop app' : window.url;
}

/** How to get into the window that was asked for. */
export function openedText(opened: Reply<'page.open'>): string {
  if (opened.shown === 'window') return 'Waypost runs as the desktop app: its window was brought up.\n';
  return `Open this page in a browser: the address lets one tab in, once, within five minutes.\n${opened.url}\n`;
}
