// What is typed into the guide, as fields of text, and the answers that the host gets of it.
import {
  type FetchServer,
  type FoundServers,
  type HostAnswers,
  type MailServer,
  ownAddress,
  type ProviderAnswers,
  typedServer,
} from '../../../core/api/guide.ts';

/** A server as a person types it. */
export interface TypedServer {
  readonly host: string;
  readonly port: string;
  readonly tls: MailServer['tls'];
}

export interface ProviderFields {
  /** `''`: a new one. */
  readonly account: string;
  readonly name: string;
  readonly address: string;
  readonly user: string;
  readonly password: string;
  readonly sending: TypedServer;
  readonly protocol: FetchServer['protocol'] | 'none';
  readonly fetching: TypedServer;
  readonly authority: string;
}

export type HostFields = Pick<HostAnswers, 'me' | 'domains'>;

const noServer: TypedServer = { host: '', port: '', tls: 'implicit' };

export function emptyFields(name: string): ProviderFields {
  return {
    ...{ account: '', name, address: '', user: '', password: '', authority: '' },
    ...{ sending: noServer, protocol: 'imap', fetching: noServer },
  };
}

export function fieldsOf(answers: ProviderAnswers): ProviderFields {
  const { account, name, address, user, sending, fetching, authority } = answers;
  return {
    ...{ account, name, address, user, authority, password: '' },
    sending: typed(sending),
    protocol: fetching?.protocol ?? 'none',
    fetching: fetching ? typed(fetching) : noServer,
  };
}

/** The fields with what was found for their address. */
export function withFound(fields: ProviderFields, { user, sending, fetching }: FoundServers): ProviderFields {
  const [first] = fetching;
  return {
    ...fields,
    user,
    sending: sending ? typed(sending) : noServer,
    protocol: first?.protocol ?? 'imap',
    fetching: first ? typed(first) : noServer,
  };
}

/** Another protocol, with the server that was found for it. */
export function withProtocol(
  fields: ProviderFields,
  protocol: ProviderFields['protocol'],
  found: FoundServers | undefined,
): ProviderFields {
  const known = found?.fetching.find(server => server.protocol === protocol);
  return { ...fields, protocol, ...(known && { fetching: typed(known) }) };
}

export function isAddress(address: string): boolean {
  return ownAddress.test(address);
}

/** What the host gets; or the field that is wrong. */
export function answersIn(fields: ProviderFields): ProviderAnswers | 'sending' | 'fetching' {
  const { sending: relay, protocol, fetching: box, ...rest } = fields;
  const sending = serverIn(relay);
  if (!sending) return 'sending';
  const fetching = protocol === 'none' ? undefined : serverIn(box);
  if (protocol !== 'none' && !fetching) return 'fetching';
  return {
    role: 'provider',
    ...rest,
    sending,
    fetching: protocol !== 'none' && fetching ? { protocol, ...fetching } : null,
  };
}

function typed({ host, port, tls }: MailServer): TypedServer {
  return { host, port: String(port), tls };
}

function serverIn({ host, port, tls }: TypedServer): MailServer | undefined {
  return typedServer(host.trim(), port.trim(), tls);
}
