// A composer whose queue and mailboxes are lists in memory: nodemailer and postal-mime are the real ones.
import type { Draft } from '../../core/api/compose.ts';
import { refusal } from '../../core/api/errors.ts';
import { mailboxOf } from '../../core/api/mail.ts';
import type { Control } from '../../core/control/control.ts';
import { createComposeHandlers } from '../../core/inject/compose/compose-handlers.ts';
import { draftParserHere } from '../../core/inject/compose/draft-parser.ts';
import type { UserNames } from '../../core/inject/compose/owner-addresses.ts';
import type { MailboxAccess } from '../../core/paper-path/mailbox-access.ts';
import type { Accepted, Envelope, Invoker } from '../../core/paper-path/shapes.ts';
import { bytesOf } from './bytes-of.ts';

/** What the names of its hosts are completed with. */
export const hosts = { defaultHost: 'here.example', defaultDomain: 'def.example', plusDomain: 'p.example' };
const control = {
  locals: new Set(['here.example', 'boat.example']),
  identities: [],
  virtualDomains: new Map([['virtual.example', 'ines-v']]),
  ...hosts,
  idHost: 'id.example',
} as unknown as Control;
/** A draft in which nothing was written. */
export const draft: Draft = {
  id: null,
  messageId: '',
  from: '',
  replyTo: '',
  to: '',
  cc: '',
  bcc: '',
  subject: '',
  text: '',
  files: [],
  source: null,
  kept: null,
};
/** Without its Message-ID, which is another one each time. */
export const nameless = (given: Draft): Draft => ({ ...given, messageId: '' });
/** An attachment. */
export const file = (name: string, type: string, text: string) => ({
  name,
  type,
  base64: Buffer.from(text).toString('base64'),
});

/** A composer whose queue and mailboxes are lists; `failing` names the calls on files that fail, `calls` has the others in order. */
export function desk({
  answer,
  failing = [],
  signature = '',
  answers = 'above',
  names = { assigned: [], accounts: [] },
  rules = [],
  addressees = [],
}: {
  answer?: Accepted;
  failing?: string[];
  signature?: string;
  answers?: 'above' | 'below';
  names?: UserNames;
  rules?: string[];
  addressees?: string[];
} = {}) {
  const messages = new Map<string, Buffer>();
  const flags = new Map<string, string[]>();
  const queued: { raw: Buffer; envelope: Envelope; invoker: Invoker }[] = [];
  let count = 0;
  const calls: string[] = [];
  const attempt = (what: string): void => {
    if (failing.includes(what)) throw new Error(`${what} fails`);
  };
  const files: MailboxAccess = {
    async raw(id) {
      const raw = messages.get(id);
      if (!raw) throw refusal('message-gone', { mailbox: mailboxOf(id) });
      return raw;
    },
    async add(mailbox, raw, given, madeOf) {
      attempt(`add ${mailbox}`);
      const id = `${mailbox}/${madeOf?.split('/')[1] ?? ++count}`;
      calls.push(`add ${id}`);
      messages.set(id, Buffer.from(raw));
      flags.set(id, [...given]);
      return id;
    },
    async flag(id, add) {
      attempt('flag');
      flags.set(id, [...(flags.get(id) ?? []), ...add]);
    },
    async remove(id) {
      attempt('remove');
      calls.push(`remove ${id}`);
      return messages.delete(id);
    },
    addressees: () => addressees,
    idsIn: mailbox => [...messages.keys()].filter(id => id.startsWith(`${mailbox}/`)),
    isIn: (mailbox, id) => id.startsWith(`${mailbox}/`),
  };
  let random = 0;
  /** The queue's answer is lost, after it has taken the message or before. */
  const line: { lost?: 'before' | 'after' } = {};
  const open = () =>
    createComposeHandlers({
      control: () => control,
      clock: { nowMs: () => Date.UTC(2026, 10, 21, 10, 36), after: () => () => {} },
      random: size => new Uint8Array(size).fill(++random),
      files,
      draftParser: draftParserHere,
      owner: () => ({ user: 'ines', address: 'ines@here.example', name: 'Inés Maro', signature, answers }),
      names: () => names,
      rules: () => rules,
      log: () => {},
      wasQueued: async messageId => queued.some(({ raw }) => raw.includes(messageId)),
      isKnownHere: async address => /^(ines|harbour)@/.test(address),
      async accept(source, envelope, invoker) {
        if (line.lost === 'before') throw new Error('the host is gone');
        queued.push({ raw: await bytesOf(source), envelope, invoker });
        if (line.lost === 'after') throw new Error('the host is gone');
        return answer ?? { ok: true, id: 77, qp: 1 };
      },
    });
  const receive = (id: string, lines: string[]): void => {
    messages.set(id, Buffer.from(`${lines.join('\n')}\n`));
  };
  /** `restarted`: the composer of the next process. */
  return { compose: open(), restarted: open, line, messages, flags, queued, receive, calls };
}

/** Header fields by name, unfolded; the order of fields is not asked. */
export function fieldsOf(raw: Buffer): Record<string, string> {
  const header = raw.toString('latin1').split('\n\n')[0] ?? '';
  const lines = header.replace(/\n[ \t]+/g, ' ').split('\n');
  return Object.fromEntries(lines.map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
}
