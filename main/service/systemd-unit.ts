// The systemd unit of a host: of one person, or of root's whole machine.
import { homeMark, type ServicePlan } from './service-plan.ts';

/** How long deliveries may take to end when the host is stopped; after that they are cut short, and made again. */
const stopSec = 120;

/**
 * What stands in `NAME.service`. Nothing may imply NoNewPrivileges, which would take their rights from programs of .qmail that
 * have some (procmail and maildrop are setgid mail): in a person's unit, that is all that filters system calls or hides
 * parts of the machine. Nor may anything hide users' homes, terminals (qbiff) or /tmp from deliveries.
 */
export function systemdUnit({ name, home, command, isRoots, environment }: ServicePlan): string {
  const system = isRoots ? '' : '--user ';
  return sections([
    [
      '',
      [
        `# Written by waypost service install, which writes it anew. Your own settings: systemctl ${system}edit ${name}`,
        `# ${homeMark(home)}`,
      ],
    ],
    [
      'Unit',
      [
        `Description=Waypost mail host of ${home.replaceAll('%', '%%')}`,
        'Documentation=man:waypost-serve(8) man:waypost-service(8)',
        // A person's units know no network: the host finds out by itself when it is there.
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

/** One word of a setting, as systemd reads it. */
function word(text: string): string {
  const safe = text.replaceAll('%', '%%');
  if (/^[\w./:=@,+%[\]-]+$/.test(safe)) return safe;
  return `"${safe.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
}

/** A word of a command line, where $ begins a variable. */
function argument(text: string): string {
  return word(text).replaceAll('$', '$$$$');
}
