// The files by which the system tells a link that it is up or down: what is in them and where they go. Each runs one command,
// which returns at once, whether or not a host runs; a deadline around it keeps even a broken machine from waiting.
import { join } from 'node:path';
import { shellWord } from '../shell-word.ts';

/** A link that hooks are for. */
export interface HookPlan {
  readonly link: string;
  /** An absolute path. */
  readonly home: string;
  /** The account that the command runs as; undefined: root itself. */
  readonly user: string | undefined;
  /** The network interface that the link uses; undefined: every one of pppd's. */
  readonly interfaceName: string | undefined;
}

/** A program of the system that runs hooks. */
export interface HookSystem {
  readonly title: string;
  /** It is on this machine when this directory is there. */
  readonly directory: string;
  /** Networks of all kinds come and go here: without the name of an interface no hook would know its own. */
  readonly needsInterface: boolean;
  readonly files: (plan: HookPlan) => readonly HookFile[];
}

export interface HookFile {
  readonly path: string;
  readonly text: string;
}

export const hookSystems: readonly HookSystem[] = [
  {
    title: 'pppd',
    directory: '/etc/ppp/ip-up.d',
    needsInterface: false,
    files: plan =>
      (['up', 'down'] as const).map(word => ({
        // run-parts takes only names of letters, digits, - and _.
        path: join(`/etc/ppp/ip-${word}.d`, `waypost-${plan.link}`),
        text: hookText(plan, [...onlyFor(plan, '$1'), ...tell(plan, word)]),
      })),
  },
  {
    title: 'NetworkManager',
    directory: '/etc/NetworkManager/dispatcher.d',
    needsInterface: true,
    files: plan => [
      {
        path: join('/etc/NetworkManager/dispatcher.d', `90-waypost-${plan.link}`),
        // A modem's device and its network interface have different names.
        text: hookText(plan, [
          ...onlyFor(plan, '$1 $DEVICE_IP_IFACE $VPN_IP_IFACE'),
          'case "$2" in',
          'up | vpn-up)',
          ...tell(plan, 'up'),
          '  ;;',
          'down | vpn-down)',
          ...tell(plan, 'down'),
          '  ;;',
          'esac',
        ]),
      },
    ],
  },
  {
    title: 'networkd-dispatcher',
    directory: '/etc/networkd-dispatcher',
    needsInterface: true,
    files: plan =>
      Object.entries(networkdStates).map(([state, word]) => ({
        path: join('/etc/networkd-dispatcher', `${state}.d`, `50-waypost-${plan.link}`),
        text: hookText(plan, [...onlyFor(plan, '$IFACE'), ...tell(plan, word)]),
      })),
  },
];

const networkdStates = { routable: 'up', degraded: 'down', 'no-carrier': 'down', off: 'down' } as const;

/** Longer than the command itself waits for an answer, on a slow machine too. */
const deadlineSec = 30;

function hookText(plan: HookPlan, lines: readonly string[]): string {
  return [
    '#!/bin/sh',
    `# ${hookMark(plan)}`,
    '# Written by waypost link install-hooks, which writes it again or removes it (--remove).',
    'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
    'cd /',
    ...lines,
    'exit 0',
    '',
  ].join('\n');
}

/** By this line a hook is known as the link's own. */
export function hookMark({ link, home }: Pick<HookPlan, 'link' | 'home'>): string {
  return `A hook of the link ${link} of the Waypost home ${encodeURI(home)} .`;
}

/** @param named shell words that expand to the interfaces of the event */
function onlyFor({ interfaceName }: HookPlan, named: string): string[] {
  return interfaceName === undefined
    ? []
    : [`case " ${named} " in`, `*" "${shellWord(interfaceName)}" "*) ;;`, '*) exit 0 ;;', 'esac'];
}

/** It waits for the command, so that an up and a down that follow each other are told in this order. */
function tell(plan: HookPlan, word: 'up' | 'down'): string[] {
  const command = hookCommand(plan, word);
  const asUser = plan.user === undefined ? `sh -c ${shellWord(command)}` : suLine(plan.user, command);
  return [
    'limit=',
    `command -v timeout >/dev/null 2>&1 && limit='timeout ${deadlineSec}'`,
    `said=$($limit ${asUser} </dev/null 2>&1) ||`,
    `  logger -t waypost "hook of ${plan.link}, ${word}: $said" 2>/dev/null`,
  ];
}

/** What belongs to a person is never run by root. A login shell is not needed, nor one that the account may have. */
function suLine(user: string, command: string): string {
  return `su -s /bin/sh ${shellWord(user)} -c ${shellWord(command)}`;
}

function hookCommand({ link, home }: HookPlan, word: 'up' | 'down'): string {
  return `${waypostIn(home)} link ${word} ${link} --quiet`;
}

function waypostIn(home: string): string {
  return `${shellWord(join(home, 'bin', 'waypost'))} --home ${shellWord(home)}`;
}

/** A line for `crontab -e` of the link's own user: an exchange each hour. In crontabs % ends the command. */
export function cronLine({ link, home }: Pick<HookPlan, 'link' | 'home'>): string {
  return `0 * * * * ${waypostIn(home).replaceAll('%', '\\%')} link exchange ${link} --quiet`;
}
