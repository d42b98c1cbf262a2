// qmail-showctl: the whole configuration in words, and likely mistakes in it.
import { join } from 'node:path';
import { reasonOf, UserError } from '../../lib/user-error.ts';
import { type Control, readControl } from '../control.ts';
import { checkAccessRules } from './access-rules.ts';
import { accountsOf, checkAccountFiles, checkAccountRecipients } from './accounts.ts';
import { checkAdminAddress } from './admin-address.ts';
import { readControlTexts } from './control-text.ts';
import { checkDatabases } from './databases.ts';
import { describeFiles, type FileReport } from './describe.ts';
import { checkDns, type DnsLook } from './dns.ts';
import { checkDomains } from './domains.ts';
import type { Finding } from './finding.ts';
import { checkLinkDomains, checkLinkFiles, linksOf } from './links.ts';
import { checkLocalAddresses } from './local-addresses.ts';
import { checkLogins } from './logins.ts';
import { checkPermissions } from './permissions.ts';
import { checkSyntax } from './syntax.ts';
import { checkTls } from './tls.ts';
import { checkUnknownFiles } from './unknown-files.ts';
import { checkValues } from './values.ts';

export interface Configuration {
  readonly files: readonly FileReport[];
  readonly findings: readonly Finding[];
}

/**
 * @param dns undefined: only the files are checked
 * @throws UserError when the home has no control directory
 */
export async function explainConfiguration(home: string, dns: DnsLook | undefined): Promise<Configuration> {
  const directory = join(home, 'control');
  const texts = readTexts(directory);
  const { links, findings: ofLinks } = linksOf(home);
  const { accounts, findings: ofAccounts } = accountsOf(home);
  const findings = [
    ...texts.names.flatMap(name => texts.file(name) ?? []).flatMap(checkSyntax),
    ...checkPermissions(home, [
      ...texts.names,
      ...links.map(({ link }) => `links/${link.name}`),
      ...accounts.map(({ account }) => `fetch/${account.name}`),
    ]),
    ...checkDatabases(home),
    ...checkAccessRules(home),
    ...checkUnknownFiles(texts),
    ...checkLogins(home, texts),
    ...checkTls(home, texts),
    ...checkLocalAddresses(texts),
    ...ofLinks,
    ...checkLinkFiles(home, links),
    ...ofAccounts,
    ...checkAccountFiles(home, accounts),
  ];
  const files = describeFiles(directory, texts.names, { links, accounts });
  const control = controlOf(home);
  if ('problem' in control) return { files, findings: sorted([...findings, control.problem]) };
  findings.push(
    ...checkDomains(texts, control),
    ...checkValues(texts, control),
    ...checkAdminAddress(texts, control),
    ...checkLinkDomains(links, texts, control),
    ...checkAccountRecipients(accounts, control),
  );
  if (dns) findings.push(...(await checkDns(texts, control, dns)));
  return { files, findings: sorted(findings) };
}

function readTexts(directory: string) {
  try {
    return readControlTexts(directory);
  } catch (error) {
    throw new UserError(`Unable to read ${directory}: ${reasonOf(error)}.`, { exitCode: 111, cause: error });
  }
}

/** What the files mean together; a finding when that cannot be read. */
function controlOf(home: string): Control | { readonly problem: Finding } {
  try {
    return readControl(home);
  } catch (error) {
    const text = `The host cannot start, and programs refuse mail: ${reasonOf(error)}`;
    return { problem: { severity: 'warning', code: 'unusable', file: 'control', line: undefined, text } };
  }
}

/** Warnings first, then by file and line. */
function sorted(findings: readonly Finding[]): Finding[] {
  const key = ({ severity, file, line = 0 }: Finding) =>
    `${severity === 'warning' ? 0 : 1} ${file} ${String(line).padStart(9, '0')}`;
  return [...findings].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
