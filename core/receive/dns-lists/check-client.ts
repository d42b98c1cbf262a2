// The DNS lists of the host's own SMTP service: control/rbl names them, RBLSMTPD of an access rule overrules them.
import type { Control } from '../../control/control.ts';
import type { Clock } from '../../lib/clock.ts';
import type { LogLine } from '../../lib/log.ts';
import { perServers } from '../../lib/net/dns.ts';
import type { Environment } from '../../lib/net/tcp-environment.ts';
import { reasonOf, UserError } from '../../lib/user-error.ts';
import { clientFrom, isTrusted } from '../../listen/client.ts';
import type { Reply } from '../smtp/replies.ts';
import { askLists, decidedByRule } from './rbl.ts';
import { createRblDns } from './rbl-dns.ts';
import { parseRblLines } from './rbl-options.ts';

/** What the check needs. */
export interface DnsListCheckDeps {
  readonly control: () => Pick<Control, 'rbl' | 'resolvers'>;
  readonly clock: Clock;
  readonly log: LogLine;
}

/**
 * @returns a function that returns the refusal of a client; undefined: no list refuses it. This machine and clients that may
 * relay are not looked up. A problem with the lists, or with control/rbl, does not refuse clients.
 */
export function createDnsListCheck(deps: DnsListCheckDeps): (environment: Environment) => Promise<Reply | undefined> {
  /** One cache for all clients, until the servers change. */
  const dnsOf = perServers(servers => createRblDns(servers, deps.clock));

  async function ask(environment: Environment): Promise<Reply | undefined> {
    const decided = decidedByRule(environment);
    if (decided) return decided === 'welcome' ? undefined : decided;
    const client = clientFrom(environment);
    const { rbl, resolvers } = deps.control();
    if (rbl.length === 0 || isTrusted(client)) return undefined;
    const options = parseRblLines(rbl);
    if ('wrong' in options) throw new UserError(`control/rbl has a wrong option: ${options.wrong}`);
    return askLists(client.remoteIp, options.lists, dnsOf(resolvers));
  }

  return environment =>
    ask(environment).catch(error => {
      deps.log(`smtpd: alert: the DNS lists are not asked: ${reasonOf(error)}`);
      return undefined;
    });
}
