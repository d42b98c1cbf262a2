// The launchd job of a host, on macOS.
import { homeMark, type ServicePlan } from './service-plan.ts';

const stopSec = 120;

/** The text of `org.waypost.NAME.plist`. */
export function launchdJob({ name, home, command, environment }: ServicePlan): string {
  const entries: [key: string, value: string][] = [
    ['Label', text(`org.waypost.${name}`)],
    ['ProgramArguments', `<array>\n${command.map(one => `    ${text(one)}\n`).join('')}  </array>`],
    ...Object.entries(environment).map(([key, value]): [string, string] => [
      'EnvironmentVariables',
      `<dict><key>${escaped(key)}</key>${text(value)}</dict>`,
    ]),
    ['RunAtLoad', '<true/>'],
    ['KeepAlive', '<dict><key>SuccessfulExit</key><false/></dict>'],
    ['ThrottleInterval', '<integer>10</integer>'],
    ['ExitTimeOut', `<integer>${stopSec}</integer>`],
    // The line that reports the host as ready contains a key of its page.
    ['StandardOutPath', text('/dev/null')],
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${homeMark(home)} -->
<plist version="1.0">
<dict>
${entries.map(([key, value]) => `  <key>${key}</key>\n  ${value}\n`).join('')}</dict>
</plist>
`;
}

function text(value: string): string {
  return `<string>${escaped(value)}</string>`;
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
