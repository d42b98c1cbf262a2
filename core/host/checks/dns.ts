// The DNS of this host, as other hosts see it: where mail for its domains goes, its own name and the name of its address, and as
// information, SPF. Only on request.
import { isIP } from 'node:net';
import type { Check } from '../../api/checks.ts';
import type { ControlTexts } from '../../control/check/control-text.ts';
import { printable } from '../../control/check/describe.ts';
import { checkLocalDomains, localDomains } from '../../control/check/dns.ts';
import type { Control } from '../../control/control.ts';
import type { HostDns } from './dns-look.ts';
import { about, listed } from './run-check.ts';

export interface DnsDeps {
  readonly texts: ControlTexts;
  readonly control: Control;
  /** Undefined: nobody asked for it. */
  readonly dns: HostDns | undefined;
  /** Mail from other hosts can come in by SMTP. */
  readonly isExchanger: boolean;
}

const code = 'dns';
const mostDomains = 20;
const mostSpf = 200;

export async function checkHostDns(deps: DnsDeps): Promise<Check[]> {
  const { dns, control } = deps;
  const { unchecked, fine } = about(code, 'DNS');
  const sendsItself = !control.smtpRoutes.get('')?.relay && !control.qmtpRoutes.get('')?.relay;
  if (!deps.isExchanger && !sendsItself) {
    return [
      fine(
        'It does not matter: no mail comes in by SMTP from other hosts, and all mail to others goes through a relay.',
      ),
    ];
  }
  if (!dns) return [unchecked('This is looked at on request only, as it asks name servers.')];
  const [name, domains, spf] = await Promise.all([
    checkName(control.me, dns),
    deps.isExchanger ? checkDomains(deps, dns) : [],
    checkSpf(deps, dns),
  ]);
  return [...name, ...domains, ...spf];
}

/** The name that this host gives when it sends, and whether its address leads back to it: many hosts refuse mail otherwise. */
async function checkName(me: string, dns: HostDns): Promise<Check[]> {
  const shown = printable(me);
  const { fine, warning, unchecked } = about('dns-name', `DNS of ${shown}`);
  if (!me.includes('.') || isIP(me) !== 0) {
    return [
      unchecked(
        `${shown} is not a name of the DNS: other hosts may refuse mail that comes from it directly. Write a full name to control/me, or send through a relay.`,
      ),
    ];
  }
  const addresses = await dns.addresses(me);
  if (addresses === 'unknown') return [unchecked(`The DNS did not answer in time for ${shown}.`)];
  if (addresses.length === 0)
    return [warning(`The DNS has no address for ${shown}: other hosts may refuse its mail. Add an A or AAAA record.`)];
  const names = await Promise.all(addresses.slice(0, 4).map(async ip => ({ ip, names: await dns.namesOf(ip) })));
  return names.map(({ ip, names }) => {
    if (names === 'unknown') return unchecked(`The DNS did not answer in time for the name of ${ip}.`);
    if (names.some(name => name.toLowerCase().replace(/\.$/, '') === me.toLowerCase()))
      return fine(`${shown} has the address ${ip}, which leads back to it (PTR).`);
    const which = names.length === 0 ? 'has no name' : `is named ${names.slice(0, 3).map(printable).join(', ')}`;
    return warning(
      `${shown} has the address ${ip}, which ${which} in the DNS (PTR): many hosts refuse mail from it. Ask whoever gives you the address to name it ${shown}.`,
    );
  });
}

/** Where other hosts send the mail for the local domains (MX, or an address). */
async function checkDomains({ texts, control }: DnsDeps, dns: HostDns): Promise<Check[]> {
  const domains = localDomains(texts, control);
  const { fine, warning, unchecked } = about('dns-mx', 'DNS of the local domains');
  if (domains.length === 0) return [unchecked('No local domain can be in the DNS: their names have no dot.')];
  const findings = await checkLocalDomains(texts, control, dns);
  if (findings.length === 0)
    return [
      fine(
        `Other hosts find this host for ${domains.length === 1 ? printable(domains[0]?.text ?? '') : `all ${domains.length} domains`}.`,
      ),
    ];
  return listed(
    findings.map(({ code, text }) => (code === 'dns-unknown' ? unchecked : warning)(text)),
    'dns-mx',
    'DNS of the local domains',
  );
}

/** Whether a domain says which hosts send its mail is its owner's choice. */
async function checkSpf({ texts, control }: DnsDeps, dns: HostDns): Promise<Check[]> {
  const domains = localDomains(texts, control).slice(0, mostDomains);
  return Promise.all(
    domains.map(async ({ text: domain }) => {
      const { fine, unchecked } = about('dns-spf', `SPF of ${printable(domain)}`);
      const found = await dns.texts(domain);
      if (found === 'unknown') return unchecked(`The DNS did not answer in time for ${printable(domain)}.`);
      const record = found.find(text => /^v=spf1(?: |$)/i.test(text));
      return fine(
        record === undefined
          ? `${printable(domain)} does not say which hosts send its mail (no SPF record).`
          : `The DNS says: ${printable(record.slice(0, mostSpf))}`,
      );
    }),
  );
}
