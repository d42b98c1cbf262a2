// The description of a running host for the terminal: where its window is, its addresses and ports, where the mail is.
import { join } from 'node:path';
import type { Reply } from '../../core/api/contract.ts';
import type { HostStatus } from '../../core/api/host.ts';

const servers = ['smtp', 'pop3', 'pop3s', 'qmtp', 'qmqp', 'turn'] as const;

/** One fact per line. */
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

/** How to open the window that was asked for. */
export function openedText(opened: Reply<'page.open'>): string {
  if (opened.shown === 'window') return 'Waypost is running as the desktop app. Its window was brought up.\n';
  return `Open this page in a browser. The address works once, in one tab, within five minutes.\n${opened.url}\n`;
}
