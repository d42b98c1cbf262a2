// How the window names people. A name is shown without its address only when it is clear who is meant: a name may look like an
// address, and two people may share one. Pure.
import type { Message, Person } from '../../core/api/mail.ts';
import { text } from './en.ts';

/** The name if there is one, else the address; both when the name looks like an address. */
export function personName(person: Person): string {
  return person.name.includes('@') ? fullPerson(person) : person.name || person.address;
}

/** `Ines Duarte <ines@shore.example>` */
export function fullPerson({ name, address }: Person): string {
  if (address === '') return name;
  return name === '' || name === address ? address : `${name} <${address}>`;
}

/** `Ines, Tomas`: with addresses when people in `among` share a name. */
export function peopleNames(people: readonly Person[], among: readonly Person[] = people): string {
  const shared = sharedNames(among);
  return people.map(person => (shared.has(folded(person)) ? fullPerson(person) : personName(person))).join(', ');
}

/** `Ines, Tomas and 148 more` */
export function firstNames(people: readonly Person[], most: number, among: readonly Person[]): string {
  const names = peopleNames(people.slice(0, most), among);
  return people.length > most ? text.reader.andMore(names, people.length - most) : names;
}

/** All people that a message names. */
export function peopleOf({ from, replyTo, to, cc }: Pick<Message, 'from' | 'replyTo' | 'to' | 'cc'>): Person[] {
  return [from, ...replyTo, ...to, ...cc];
}

/** True when replies go to another address than the sender's. */
export function repliesElsewhere({ replyTo, from }: Pick<Message, 'replyTo' | 'from'>): boolean {
  return replyTo.some(person => person.address.toLowerCase() !== from.address.toLowerCase());
}

/** Names that belong to more than one address. */
function sharedNames(people: readonly Person[]): ReadonlySet<string> {
  const addressOf = new Map<string, string>();
  const shared = new Set<string>();
  for (const person of people) {
    const name = folded(person);
    const address = person.address.toLowerCase();
    const other = addressOf.get(name);
    if (other === undefined) addressOf.set(name, address);
    else if (name !== '' && other !== address) shared.add(name);
  }
  return shared;
}

/** Names that look alike count as one. */
function folded({ name }: Person): string {
  return name.normalize('NFKC').toLowerCase();
}
