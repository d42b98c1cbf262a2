// A link in sentences, for qmail-showctl: what it carries, where to, when, and what it may cost.
import { formatWindow } from '../../api/link-grammar.ts';
import type { KnownBy, Link, LinkServer, LinkStep, TurnClient } from './link.ts';

export function describeLink(link: Link): string[] {
  const { carries, steps, windows, turnFor, etrnNodes, largestBytes } = link;
  return [
    carries.length > 0
      ? `Mail to ${carries.map(domainText).join(', ')} waits in serial/${link.name}/Maildir.`
      : 'It carries no mail of its own.',
    serverText(link),
    `It counts as up ${knownByText(link.knownBy)}.`,
    windows.length > 0 ? `It is used only ${windows.map(formatWindow).join('; ')}.` : 'It may be used at any time.',
    ...(steps.length > 0 ? [`At each contact: ${steps.map(stepText).join('; then ')}.`] : []),
    ...(turnFor.length > 0 ? [`A contact starts when ${turnFor.map(clientText).join(' or ')} has been here.`] : []),
    ...(etrnNodes.length > 0 ? [`ETRN asks for its mail by ${etrnNodes.join(', ')}.`] : []),
    ...limitTexts(link),
    ...(largestBytes === undefined ? [] : [`Messages of more than ${largestBytes} bytes wait for a person.`]),
    ...costTexts(link),
    `Mail that is refused for now is returned to its sender after ${link.lifetimeSec} seconds${
      link.lifetimeCounts === 'clock' ? '' : ' in which the link was up'
    }.`,
  ];
}

function domainText(carried: string): string {
  return carried === '*' ? 'everything that is not local' : carried;
}

function tlsText({ tls, certificate, authority }: Pick<Link, 'tls' | 'certificate' | 'authority'>): string {
  if (tls === 'none') return ', without TLS';
  const trusted = authority === undefined ? '' : ` by ${authority}`;
  const text = { verified: `verified${trusted}`, any: 'not looked at', pinned: 'the one with the fingerprint' };
  return `, within TLS${tls === 'starttls' ? ' (STARTTLS)' : ''} whose certificate is ${text[certificate.kind]}`;
}

function serverText({ server, protocol, heloHost, tls, certificate, authority }: Link): string {
  if (!server) return 'Nothing is sent to a server.';
  const name = heloHost === undefined ? '' : ` as ${heloHost}`;
  return `It is sent to ${serverName(server)} by ${protocol.toUpperCase()}${name}${tlsText({ tls, certificate, authority })}.`;
}

function serverName(server: LinkServer): string {
  const port = server.port === undefined ? '' : `, port ${server.port},`;
  return server.kind === 'client' ? `the client that has come${port}` : `${server.host}${port}`;
}

function knownByText(by: KnownBy): string {
  switch (by.kind) {
    case 'person':
      return 'when a person or a hook says so (waypost link up)';
    case 'interface':
      return `while the interface ${by.name} is up`;
    case 'route':
      return `while there is a route to ${by.to}`;
    case 'probe':
      return `while ${by.host} answers on port ${by.port}`;
    case 'command':
      return `while this command exits 0: ${by.command}`;
  }
}

function stepText(step: LinkStep): string {
  switch (step.kind) {
    case 'send':
      return 'send what waits';
    case 'turn':
      return `ask ${step.host}, port ${step.port}, for mail (AutoTURN)`;
    case 'etrn':
      return `ask ${step.host}, port ${step.port}, for mail (ETRN ${step.nodes.join(' ')})`;
    case 'fetch':
      return `fetch the mail of the account ${step.account}`;
    case 'queue':
      return 'let the ordinary queue send, which waits for this link';
  }
}

function clientText(client: TurnClient): string {
  switch (client.kind) {
    case 'address':
      return client.network;
    case 'login':
      return `the user ${client.user}`;
    case 'certificate':
      return `the certificate ${client.sha256.slice(0, 16)}…`;
  }
}

function limitTexts({ limits: { contactMinutes, contactBytes, dayMinutes, dayBytes } }: Link): string[] {
  const either = (minutes: number | undefined, bytes: number | undefined) =>
    [...(minutes === undefined ? [] : [`${minutes} minutes`]), ...(bytes === undefined ? [] : [`${bytes} bytes`])].join(
      ' or ',
    );
  const contact = either(contactMinutes, contactBytes);
  const day = either(dayMinutes, dayBytes);
  return [
    ...(contact === '' ? [] : [`A contact ends after ${contact}.`]),
    ...(day === '' ? [] : [`It is used for at most ${day} a day.`]),
  ];
}

function costTexts({ cost: { perMinute, perMegabyte, currency }, metered }: Link): string[] {
  const prices = [
    ...(perMinute > 0 ? [`${perMinute} ${currency}`.trim().concat(' a minute')] : []),
    ...(perMegabyte > 0 ? [`${perMegabyte} ${currency}`.trim().concat(' a million bytes')] : []),
  ];
  return [
    ...(prices.length > 0 ? [`It costs ${prices.join(' and ')}.`] : []),
    ...(metered ? ['It is paid by volume: new mail goes at most once a minute.'] : []),
  ];
}
