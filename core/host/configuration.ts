// Explains the configuration of a home, running or not: control files, users, and on request what the DNS says.

import { join } from 'node:path';
import type { Reply } from '../api/contract.ts';
import { explainConfiguration } from '../control/check/configuration.ts';
import type { DnsLook } from '../control/check/dns.ts';
import type { Finding } from '../control/check/finding.ts';
import type { Control } from '../control/control.ts';
import { controlFiles } from '../control/read-control-files.ts';
import { UserError } from '../lib/user-error.ts';
import { mistakenLines } from '../local/rules/mistaken-lines.ts';
import { ownerOf } from '../local/users/users.ts';
import { addressFromText, displayAddress } from '../message/address.ts';
import { createDnsLook } from './checks/dns-look.ts';
import { explainFor } from './home-explain.ts';
import { lostAliases } from './problems/lost-aliases.ts';

/** @throws UserError when the home has no control directory */
export async function configurationOf(
  home: string,
  look: { readonly dns: boolean },
): Promise<Reply<'host.configuration'>> {
  const { files, findings, control } = await explainConfiguration(home, look.dns ? dnsLook(home) : undefined);
  const addresses = control ? [...(await addressFindings(home, control)), ...ruleFindings(home)] : [];
  const all = [...usersFindings(home), ...addresses, ...findings].map(finding => ({
    ...finding,
    line: finding.line ?? null,
  }));
  return { home, files: files.map(file => ({ ...file, says: [...file.says] })), findings: all };
}

/** While the table of users cannot be read, all local mail waits. */
function usersFindings(home: string): Finding[] {
  const about = { severity: 'warning', line: undefined } as const;
  try {
    const owner = controlFiles(join(home, 'control')).line('owner');
    if (owner === undefined || ownerOf(home, owner)) return [];
    const text = `${displayAddress(owner)} has no line =${displayAddress(owner)}: in users/assign, so the host cannot start. Write one, or name another user.`;
    return [{ ...about, code: 'owner-unknown', file: 'control/owner', text }];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [
      {
        ...about,
        code: 'users-unreadable',
        file: 'users',
        text: `Mail for local addresses waits: ${displayAddress(error.message)}`,
      },
    ];
  }
}

/** Postmaster, to whom others report problems, and the recipient of double bounces. */
async function addressFindings(home: string, control: Control): Promise<Finding[]> {
  const explain = explainFor(home, { queue: () => control, connection: () => control, delivery: () => control })[
    'explain.address'
  ];
  const addresses = [`postmaster@${control.me}`, `${control.doubleBounceTo}@${control.doubleBounceHost}`];
  const found: Finding[] = lostAliases(home, control).map(lost => ({
    severity: 'warning',
    code: 'alias-lost',
    ...lost,
  }));
  for (const bytes of new Set(addresses)) {
    const address = displayAddress(bytes);
    const { verdict } = await explain({ address, sender: '', dns: false });
    if (verdict.outcome !== 'never' && verdict.outcome !== 'later') continue;
    const what = verdict.outcome === 'never' ? 'cannot be delivered' : 'waits in the queue';
    const why = verdict.text.trim().replaceAll('\n', ' ');
    const text = `Mail for ${address} ${what}: ${why} See: waypost explain ${address}`;
    found.push({ severity: 'warning', code: 'postmaster-unreachable', file: 'alias', line: undefined, text });
  }
  return found;
}

/** Lines of the owner's and of alias' .qmail files that are read as addresses and cannot be any. */
function ruleFindings(home: string): Finding[] {
  const owner = controlFiles(join(home, 'control')).line('owner');
  const ownersHome = owner === undefined ? undefined : ownerOf(home, owner)?.homeDir;
  const findings = (homeDir: string, shown: string) =>
    mistakenLines(homeDir).map(({ file, line, says }): Finding => {
      const text = `Mail waits here: ${says}.`;
      return { severity: 'warning', code: 'rule-no-address', file: join(shown, displayAddress(file)), line, text };
    });
  return [
    ...findings(addressFromText(join(home, 'alias')), 'alias'),
    ...(ownersHome === undefined ? [] : findings(ownersHome, displayAddress(ownersHome))),
  ];
}

function dnsLook(home: string): DnsLook {
  const files = controlFiles(join(home, 'control'));
  return createDnsLook(files.line('me') ?? '', files.list('resolvers'));
}
