// The contacts of a link that have ended (serial/NAME/history: a JSON object on each line, oldest first), and the rate at which
// they sent.
import * as v from 'valibot';
import { LinkContact } from '../../api/links.ts';
import { openSmallFile, readSmallFile, type SmallFile } from '../../lib/disk/small-file.ts';
import type { LogLine } from '../../lib/log.ts';

/** Older ones are forgotten. */
const mostContacts = 500;

export interface History extends Pick<SmallFile, 'saved'> {
  /** Newest first. */
  contacts(): readonly LinkContact[];
  add(contact: LinkContact): void;
  /** Bytes a second of the last contacts, and what else a message took; undefined: none has sent enough to tell. */
  rate(): number | undefined;
}

export function openHistory(path: string, log: LogLine): History {
  const file = openSmallFile(path, log);
  let contacts = [...(readSmallFile(path, parseHistory, log) ?? [])].reverse();
  return {
    contacts: () => contacts,
    add(contact) {
      contacts = [contact, ...contacts].slice(0, mostContacts);
      file.save(() =>
        [...contacts]
          .reverse()
          .map(one => `${JSON.stringify(one)}\n`)
          .join(''),
      );
    },
    rate: () => measuredRate(contacts),
    saved: file.saved,
  };
}

/** A line that cannot be understood is left out; undefined: none can. */
function parseHistory(text: string): LinkContact[] | undefined {
  const lines = text.split('\n').filter(line => line !== '');
  const contacts = lines.flatMap(line => {
    try {
      return [v.parse(LinkContact, JSON.parse(line))];
    } catch {
      return [];
    }
  });
  return contacts.length === 0 && lines.length > 0 ? undefined : contacts;
}

/** So many contacts count, and of those that sent less than this the time says nothing about the rate. */
const [measured, fewBytes] = [5, 2000];

function measuredRate(contacts: readonly LinkContact[]): number | undefined {
  const telling = contacts.filter(({ bytesOut, bytesIn }) => bytesOut + bytesIn >= fewBytes).slice(0, measured);
  const bytes = telling.reduce((sum, { bytesOut, bytesIn }) => sum + bytesOut + bytesIn, 0);
  const ms = telling.reduce((sum, { startMs, endMs }) => sum + Math.max(1, endMs - startMs), 0);
  return telling.length === 0 ? undefined : bytes / (ms / 1000);
}
