// What the host knows already: its problems, and the likely mistakes in its files. Each is told once.
import type { Check } from '../../api/checks.ts';
import type { Problem } from '../../api/host.ts';
import type { Finding } from '../../control/check/finding.ts';
import { about, listed } from './run-check.ts';

type Known = Pick<Finding, 'severity' | 'code' | 'file' | 'text'> & { readonly line: number | null };

export function checkKnown(findings: readonly Known[], problems: readonly Problem[]): Check[] {
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  const codes = new Set(warnings.map(({ code }) => code));
  // Problems of files are made from the same findings.
  const others = problems.filter(({ code }) => !codes.has(code));
  const files = 'Configuration';
  const host = 'Mail and host';
  return [
    ...(others.length === 0 ? [about('host', host).fine('The host and your mail have no problem that is known.')] : []),
    ...listed(
      others.map(({ code, text }) => about(code, host).wrong(text)),
      'host',
      host,
    ),
    ...(warnings.length === 0
      ? [about('configuration', files).fine('No mistake was found in the control files.')]
      : []),
    ...listed(
      warnings.map(({ code, file, line, text }) =>
        about(code, files).warning(`${file}${line === null ? '' : `:${line}`}: ${text}`),
      ),
      'configuration',
      files,
    ),
  ];
}
