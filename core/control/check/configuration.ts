// qmail-showctl: the whole configuration in words, and likely mistakes in it.
import { join } from 'node:path';
import { inBatches } from '../../lib/time-slice.ts';
import { reasonOf, UserError } from '../../lib/user-error.ts';
import { type Control, readControl } from '../control.ts';
import { carriedTable, carriedText } from '../links/carried.ts';
import type { LinkOfHome } from '../links/read-links.ts';
import { controlFilesOf, textsIn } from '../read-control-files.ts';
import { checkAccessRules } from './access-rules.ts';
import { accountsOfSlowly, checkAccountRecipients, checkAccountsTogether, checkEachAccount } from './accounts.ts';
import { checkAdminAddress } from './admin-address.ts';
import { readControlTexts } from './control-text.ts';
import { checkDatabases } from './databases.ts';
import { byName, describeAccounts, describeFiles, describeLinks, type FileReport } from './describe.ts';
import { checkDns, type DnsLook } from './dns.ts';
import { checkDomains } from './domains.ts';
import type { Finding } from './finding.ts';
import { checkEachLink, checkLinkDomains, checkLinksTogether, linksOfSlowly } from './links.ts';
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
  /** What the files mean together; undefined: they cannot be read, which is a finding. */
  readonly control: Control | undefined;
}

/**
 * @param dns undefined: only the files are checked
 * @throws UserError when the home has no control directory
 */
export async function explainConfiguration(home: string, dns: DnsLook | undefined): Promise<Configuration> {
  const directory = join(home, 'control');
  const texts = readTexts(directory);
  // There may be thousands of these: the event loop must not wait for them.
  const { links, findings: ofLinks } = await linksOfSlowly(home);
  const { accounts, findings: ofAccounts } = await accountsOfSlowly(home);
  const names = [
    ...texts.names,
    ...links.map(({ link }) => `links/${link.name}`),
    ...accounts.map(({ account }) => `fetch/${account.name}`),
  ];
  const findings = [
    ...texts.names.flatMap(name => texts.file(name) ?? []).flatMap(checkSyntax),
    ...(await inBatches(['', 'control', 'users', ...names.map(name => `control/${name}`)], some =>
      checkPermissions(home, some),
    )),
    ...checkDatabases(home),
    ...checkAccessRules(home),
    ...checkUnknownFiles(texts),
    ...checkLogins(home, texts),
    ...checkTls(home, texts),
    ...checkLocalAddresses(texts),
    ...ofLinks,
    ...(await inBatches(links, checkEachLink)),
    ...checkLinksTogether(home, links),
    ...ofAccounts,
    ...(await inBatches(accounts, some => checkEachAccount(home, some))),
    ...checkAccountsTogether(accounts),
  ];
  const files = [
    ...describeFiles(directory, texts.names),
    ...(await inBatches(links, describeLinks)),
    ...(await inBatches(accounts, describeAccounts)),
  ].sort(byName);
  const control = controlWith(home, ofLinks.length === 0 ? links : undefined);
  if ('problem' in control) return { files, findings: sorted([...findings, control.problem]), control: undefined };
  findings.push(
    ...checkDomains(texts, control),
    ...checkValues(texts, control),
    ...checkAdminAddress(texts, control),
    ...(await inBatches(links, some => checkLinkDomains(some, texts, control))),
    ...checkAccountRecipients(accounts, control),
  );
  if (dns) findings.push(...(await checkDns(texts, control, dns)));
  return { files, findings: sorted(findings), control };
}

function readTexts(directory: string) {
  try {
    return readControlTexts(directory);
  } catch (error) {
    throw new UserError(`Unable to read ${directory}: ${reasonOf(error)}.`, { exitCode: 111, cause: error });
  }
}

/** What the files mean together; a finding when that cannot be read. @param links as they were read; undefined: they could not be */
function controlWith(home: string, links: readonly LinkOfHome[] | undefined): Control | { readonly problem: Finding } {
  try {
    const read = textsIn(join(home, 'control'));
    const carried = links && carriedText(links);
    return readControl(
      home,
      controlFilesOf(name => (name === carriedTable ? (carried ?? read(name)) : read(name))),
    );
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
