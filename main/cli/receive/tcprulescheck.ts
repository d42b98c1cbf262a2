// tcprulescheck: shows which rule of a database matches a client, and its effect.
import { readFileSync } from 'node:fs';
import { findTcpRule, rulesInCdb, type TcpRule } from '../../../core/control/tcp-rules.ts';
import { cdbInMemory } from '../../../core/lib/disk/cdb.ts';
import { reasonOf } from '../../../core/lib/user-error.ts';
import type { CommandIo } from '../command-io.ts';

/** The client is named by arguments, or by TCPREMOTEIP, TCPREMOTEINFO and TCPREMOTEHOST. @returns 0, 100 usage, 111 no database */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const [path, ip = io.env.TCPREMOTEIP, info = io.env.TCPREMOTEINFO, host = io.env.TCPREMOTEHOST] = args;
  if (!path) {
    io.stderr.write('tcprulescheck: usage: tcprulescheck rules.cdb [ ip [ info [ host ]]]\n');
    return 100;
  }
  try {
    const find = rulesInCdb(cdbInMemory(readFileSync(path)));
    const rule = findTcpRule(find, { TCPREMOTEIP: ip, TCPREMOTEINFO: info, TCPREMOTEHOST: host });
    io.stdout.write(Buffer.from(report(rule), 'latin1'));
    return 0;
  } catch (error) {
    io.stderr.write(`tcprulescheck: fatal: unable to read ${path}: ${reasonOf(error)}\n`);
    return 111;
  }
}

function report(rule: TcpRule | undefined): string {
  const variables = rule?.denied ? [] : (rule?.variables ?? []);
  const lines = [
    rule ? `rule ${rule.key}:` : 'default:',
    ...variables.map(([name, value]) => `set environment variable ${name}=${value}`),
    rule?.denied ? 'deny connection' : 'allow connection',
  ];
  return `${lines.join('\n')}\n`;
}
