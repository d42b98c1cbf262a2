// The guide: what this machine is to do with mail, and the way in and out through a provider, tried before anything is saved.
import * as v from 'valibot';
import { accountName } from './fetch-grammar.ts';
import { verb } from './verb.ts';

/** Characters (UTF-16) that an answer may have. */
export const answerLimits = { name: 300, address: 254, host: 253, password: 4000, path: 4000, domains: 4000 };

export const guideRoles = ['local', 'provider', 'exchanger', 'hub'] as const;
export type GuideRole = (typeof guideRoles)[number];

const host = v.pipe(
  v.string(),
  v.maxLength(answerLimits.host),
  v.regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/, 'this is not the name of a host'),
);
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));

const MailServer = v.object({ host, port, tls: v.picklist(['implicit', 'starttls']) });
export type MailServer = v.InferOutput<typeof MailServer>;

const FetchServer = v.object({ ...MailServer.entries, protocol: v.picklist(['imap', 'pop3']) });
export type FetchServer = v.InferOutput<typeof FetchServer>;

/** A server as a person types it, or as the DNS names it; undefined: its host or its port is not one. */
export function typedServer(host: string, port: string, tls: MailServer['tls']): MailServer | undefined {
  const read = v.safeParse(MailServer, { host, port: /^\d{1,5}$/.test(port) ? Number(port) : 0, tls });
  return read.success ? read.output : undefined;
}

const line = (most: number) =>
  v.pipe(v.string(), v.maxLength(most), v.regex(/^[^\u0000-\u001f\u007f]*$/, 'control characters are not allowed'));

/** An address as it stands in From: one @, no blanks. */
export const ownAddress = /^[^\s@:|<>()",;\\]{1,64}@[^\s@:|<>()",;\\]{1,189}$/;

const ProviderAnswers = v.object({
  role: v.literal('provider'),
  /** The name of the account and of its secret; `''`: the guide chooses. */
  account: v.union([v.literal(''), v.pipe(v.string(), v.regex(accountName))]),
  /** The person's name, in From. */
  name: line(answerLimits.name),
  address: v.pipe(v.string(), v.maxLength(answerLimits.address), v.regex(ownAddress, 'this is not an address')),
  /** At both servers. */
  user: v.pipe(line(255), v.regex(/^[^|]+$/, 'a user name has no | in it, and is not empty')),
  /** `''`: the one that is stored for this account. */
  password: line(answerLimits.password),
  sending: MailServer,
  /** null: mail is not fetched. */
  fetching: v.nullable(FetchServer),
  /** A file with the certificates of the provider's own authority; `''`: those that the system trusts. */
  authority: v.pipe(line(answerLimits.path), v.regex(/^(?:\/[^|]*)?$/, 'write the whole path, from / on')),
});
export type ProviderAnswers = v.InferOutput<typeof ProviderAnswers>;

const HostAnswers = v.object({
  role: v.picklist(['local', 'exchanger', 'hub']),
  /** control/me */
  me: host,
  /** Domains whose mail is delivered here, with blanks between them. */
  domains: line(answerLimits.domains),
});
export type HostAnswers = v.InferOutput<typeof HostAnswers>;

const GuideAnswers = v.variant('role', [ProviderAnswers, HostAnswers]);
export type GuideAnswers = v.InferOutput<typeof GuideAnswers>;

/** What a provider wants for a password. */
const PasswordKind = v.object({
  /** `token`: the provider takes no passwords. */
  kind: v.picklist(['account', 'app', 'token']),
  /** What to do, in a sentence; may be empty. */
  says: v.string(),
  /** Where such a password is made; may be empty. */
  url: v.string(),
});
export type PasswordKind = v.InferOutput<typeof PasswordKind>;

const FoundServers = v.object({
  /** How they were found: in Waypost's own data, by the domain's mail exchangers there, by SRV records, by usual names, or not. */
  by: v.picklist(['provider', 'exchanger', 'srv', 'names', 'nothing']),
  /** The provider's name; may be empty. */
  title: v.string(),
  user: v.string(),
  password: PasswordKind,
  sending: v.nullable(MailServer),
  fetching: v.array(FetchServer),
});
export type FoundServers = v.InferOutput<typeof FoundServers>;

const trialSteps = ['dns', 'tls', 'login-sending', 'login-fetching', 'send', 'receive', 'names'] as const;

const TrialStep = v.object({
  step: v.picklist(trialSteps),
  /** `unsure`: it may work, and nobody can tell yet. */
  state: v.picklist(['waiting', 'running', 'done', 'unsure', 'failed']),
  /** What was done and what the servers said, line by line. */
  says: v.array(v.string()),
  /** What to do about it; may be empty. */
  advice: v.string(),
});
export type TrialStep = v.InferOutput<typeof TrialStep>;

const Trial = v.object({
  state: v.picklist(['running', 'good', 'unsure', 'failed', 'stopped']),
  steps: v.array(TrialStep),
  /** Grows with every change. */
  version: v.number(),
  /** The files that would be written, without passwords; a text that is null: the file is removed. */
  files: v.array(v.object({ path: v.string(), text: v.nullable(v.string()) })),
});
export type Trial = v.InferOutput<typeof Trial>;

const Present = v.object({
  role: v.picklist(guideRoles),
  /** The answers of each account at a provider, the one with the usual address first; without their passwords. */
  accounts: v.array(ProviderAnswers),
  host: HostAnswers,
});
export type GuidePresent = v.InferOutput<typeof Present>;

const Nothing = v.object({});
const TrialId = v.pipe(v.string(), v.maxLength(40));

export const guide = {
  /** The answers as the files have them now. */
  present: verb(Nothing, Present),
  /** The servers for an address; asks the DNS, which may take some seconds. */
  find: verb(v.object({ address: v.pipe(v.string(), v.maxLength(answerLimits.address)) }), FoundServers),
  /** Starts to try the answers, and ends the trial before it. */
  try: verb(GuideAnswers, v.object({ trial: TrialId })),
  /** The trial as it is; with `after`, as soon as its version is higher, or after some seconds. */
  trial: verb(v.object({ trial: TrialId, after: v.optional(v.number(), -1) }), Trial),
  stop: verb(v.object({ trial: TrialId }), Nothing),
  /** Writes the files of a trial that went well. */
  save: verb(v.object({ trial: TrialId }), v.object({ files: v.array(v.string()) })),
};
