// qmail-showctl: the configuration in words, and likely mistakes in it, from the files; no host need run.

import { silentConcurrencyLimit } from '../../../core/control/concurrency-limit.ts';
import { configurationOf } from '../../../core/host/configuration.ts';
import { openFileLimit } from '../../../core/lib/process/file-limit.ts';
import { printableJson } from '../../../core/lib/text/printable.ts';
import { queueLayout } from '../../../core/queue/files/layout.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';

type Shown = Awaited<ReturnType<typeof configurationOf>>;

/** @returns 0 shown, 100 wrong usage; refusals are thrown as UserError with qmail's exit code 111 */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions(args, {
    options: { dns: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  });
  const shown = await configurationOf(io.home, { dns: values.dns });
  io.stdout.write(values.json ? printableJson(shown) : textOf(shown));
  return 0;
}

function textOf({ home, files, findings }: Shown): string {
  return [
    `qmail home directory: ${home}.`,
    'user-ext delimiter: -.',
    'paternalism (in decimal): 2.',
    `silent concurrency limit: ${silentConcurrencyLimit(openFileLimit())}.`,
    `subdirectory split: ${queueLayout(home).split}.`,
    ...files.map(fileText),
    ...findingTexts(findings),
    '',
  ].join('\n');
}

function fileText({ name, isDefault, isList, says }: Shown['files'][number]): string {
  if (isDefault) return `\n${name}: (Default.) ${says[0]}`;
  return isList ? [`\n${name}: `, ...says].join('\n') : `\n${name}: ${says[0]}`;
}

function findingTexts(findings: Shown['findings']): string[] {
  if (findings.length === 0) return ['\nNo problems found.'];
  const sections = { warning: '\nWhat is wrong:', note: '\nWhat may be as you want it:' };
  return Object.entries(sections).flatMap(([severity, title]) => {
    const lines = findings
      .filter(finding => finding.severity === severity)
      .map(({ file, line, text }) => `${file}${line === null ? '' : `:${line}`}: ${text}`);
    return lines.length > 0 ? [title, ...lines] : [];
  });
}
