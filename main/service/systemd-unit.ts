// The systemd unit of a host: one user's, or root's for the whole machine.
import { homeMark, type ServicePlan } from './service-plan.ts';

/** The time for deliveries to end when the host is stopped; after that they are ended, and later repeated. */
const stopSec = 120;

/**
 * The text of `NAME.service`. No setting may imply NoNewPrivileges, which would take the privileges of programs in .qmail
 * files that have some (procmail and maildrop are setgid mail): in a user's unit, all settings that filter system calls or
 * hide parts of the machine do. Nor may a setting hide users' homes, terminals (qbiff) or /tmp from deliveries.
 */
export function systemdUnit({ name, home, command, isRoots, environment }: ServicePlan): string {
  const system = isRoots ? '' : '--user ';
  return sections([
    [
      '',
      [
        `# Written by waypost service install, which replaces it. Your own settings: systemctl ${system}edit ${name}`,
        `# ${homeMark(home)}`,
      ],
    ],
    [
      'Unit',
      [
        `Description=Waypost mail host of ${home.replaceAll('%', '%%')}`,
        'Documentation=man:waypost-serve(8) man:waypost-service(8)',
        // A user's units cannot depend on the network: the host notices by itself when there is one.
        ...(isRoots ? ['Wants=network-online.target', 'After=network-online.target nss-user-lookup.target'] : []),
      ],
    ],
    [
      'Service',
      [
        'Type=exec',
        ...Object.entries(environment).map(([key, value]) => `Environment=${word(`${key}=${value}`)}`),
        `ExecStart=${command.map(argument).join(' ')}`,
        'ExecReload=/bin/kill -HUP $MAINPID',
        'Restart=on-failure',
        'RestartSec=10',
        '# Wrong options stay wrong.',
        'RestartPreventExitStatus=100',
        '# The host lets running deliveries end; their programs get no signal before that.',
        'KillMode=mixed',
        `TimeoutStopSec=${stopSec}`,
        '# A program that takes too much memory ends alone.',
        'OOMPolicy=continue',
        '# The line that says that the host is ready holds a key of its page.',
        'StandardOutput=null',
        `SyslogIdentifier=${name}`,
        'LimitCORE=0',
        ...(isRoots ? rootsHardening(home) : []),
      ],
    ],
    ['Install', [`WantedBy=${isRoots ? 'multi-user.target' : 'default.target'}`]],
  ]);
}

function rootsHardening(home: string): string[] {
  return [
    'ProtectSystem=full',
    `ReadWritePaths=${word(home)}`,
    ...['KernelTunables', 'KernelModules', 'KernelLogs', 'ControlGroups', 'Clock'].map(what => `Protect${what}=yes`),
    'RestrictRealtime=yes',
    'LockPersonality=yes',
  ];
}

function sections(all: readonly (readonly [title: string, lines: readonly string[]])[]): string {
  return all.map(([title, lines]) => [...(title === '' ? [] : [`[${title}]`]), ...lines, ''].join('\n')).join('\n');
}

/** One word of a setting, quoted for systemd. */
function word(text: string): string {
  const safe = text.replaceAll('%', '%%');
  if (/^[\w./:=@,+%[\]-]+$/.test(safe)) return safe;
  return `"${safe.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
}

/** A word of a command line, where $ would start a variable. */
function argument(text: string): string {
  return word(text).replaceAll('$', '$$$$');
}
