// Access rules (control/tcp.smtp etc.) that let strangers relay, cannot be read, or are out of date.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openAccessRules, type RuledService } from '../access-rules.ts';
import { type Finding, findingsIn } from './finding.ts';

/** Addresses for documentation (RFC 5737): if these may relay, any address may. */
export const strangers = ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1'];

const services = ['smtp', 'qmtp', 'qmqp'] as const satisfies readonly RuledService[];

export function checkAccessRules(home: string): Finding[] {
  return services.flatMap(name => [...checkVerdicts(home, name), ...checkAge(home, name)]);
}

function checkVerdicts(home: string, name: RuledService): Finding[] {
  const { warning } = findingsIn(changedAtMs(home, `tcp.${name}.cdb`) ? `tcp.${name}.cdb` : `tcp.${name}`);
  const ask = openAccessRules(home, name);
  const verdicts = strangers.map(TCPREMOTEIP => ask({ TCPREMOTEIP }));
  const unknown = verdicts.find(verdict => verdict.kind === 'unknown');
  if (unknown) {
    const text = `Every client is told to try again later: ${unknown.reason}. Fix the rules, or remove the file.`;
    return [warning('rules-unreadable', text)];
  }
  const allowed = verdicts.filter(verdict => verdict.kind === 'allowed');
  if (name === 'qmqp' && allowed.some(({ byRule }) => byRule)) {
    const text =
      'Strangers are admitted, and a QMQP client may send to any host through this one: an open relay. Allow only your own addresses.';
    return [warning('open-relay', text)];
  }
  if (!allowed.some(({ environment }) => environment.RELAYCLIENT !== undefined)) return [];
  const text =
    'RELAYCLIENT is set for strangers: anyone can send to any host through this one, an open relay. Set it only for your own addresses.';
  return [warning('open-relay', text)];
}

function checkAge(home: string, name: RuledService): Finding[] {
  const [source, made] = [changedAtMs(home, `tcp.${name}`), changedAtMs(home, `tcp.${name}.cdb`)];
  if (!source || !made || source <= made) return [];
  const text = `control/tcp.${name} was changed after the database was made from it, and only the database is read. Run: tcprules control/tcp.${name}.cdb control/tcp.${name}.tmp < control/tcp.${name}`;
  return [findingsIn(`tcp.${name}.cdb`).warning('rules-stale', text)];
}

/** Undefined: there is no such file. */
function changedAtMs(home: string, name: string): number | undefined {
  return statSync(join(home, 'control', name), { throwIfNoEntry: false })?.mtimeMs;
}
