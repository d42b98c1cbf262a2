// The verbs that show what was: history and transcript.
import type { LinkContact } from '../../../../core/api/links.ts';
import { printable } from '../../../../core/lib/text/printable.ts';
import { UserError } from '../../../../core/lib/user-error.ts';
import { contactText } from '../link-text.ts';
import { byHost, print, statusOf } from './link-call.ts';

/** Newest first; each has the number that `transcript` takes. */
export const history = byHost(async (api, call) => {
  const { currency } = await statusOf(api, call.name);
  const reply = await api.call('links.history', { name: call.name });
  const line = (contact: LinkContact) =>
    `${contact.startMs}  ${causes[contact.cause]}  ${contactText(contact, currency)}`;
  const none = `There has been no contact over ${call.name} yet.\n`;
  print(call, reply, () => (reply.contacts.length === 0 ? none : `${reply.contacts.map(line).join('\n')}\n`));
  return 0;
});

const causes: Readonly<Record<LinkContact['cause'], string>> = {
  up: 'up    ',
  window: 'window',
  person: 'person',
  client: 'client',
  etrn: 'etrn  ',
};

export const transcript = byHost(async (api, { name, rest: [contact], io }) => {
  const startMs = contact === undefined ? (await statusOf(api, name)).lastContact?.startMs : contactNumber(contact);
  if (startMs === undefined) throw new UserError(`There has been no contact over ${name} yet.`);
  const { text } = await api.call('links.transcript', { name, startMs });
  if (text === null) {
    throw new UserError(
      `There is no transcript of the contact ${startMs} over ${name}. See: waypost link history ${name}`,
    );
  }
  io.stdout.write(printable(text.endsWith('\n') || text === '' ? text : `${text}\n`));
  return 0;
});

function contactNumber(text: string): number {
  if (/^\d{1,16}$/.test(text)) return Number(text);
  throw new UserError(`${text} is not a contact. waypost link history numbers them.`, { exitCode: 100 });
}
