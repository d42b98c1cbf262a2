// The last contacts of a link: when and why, what was sent, what it cost, and how each ended.
import type { LinkContact, LinkStatus } from '../../../core/api/links.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { duration, fullDate, longDate, size } from '../../text/format.ts';
import { Button } from '../../ui/button.tsx';

const endTones = { done: 'good', failed: 'bad', 'given-up': 'wait', stopped: '' } as const;

export function ContactHistory({ app, link }: { app: App; link: LinkStatus }) {
  const contacts = app.links.contacts.value;
  if (!contacts) return null;
  const words = text.links.history;
  if (contacts.length === 0) {
    return (
      <div class="empty">
        <h2>{words.emptyTitle}</h2>
        <p>{words.empty}</p>
      </div>
    );
  }
  const { head } = words;
  const isPriced = contacts.some(({ cost }) => cost !== null);
  return (
    <>
      <p class="path">{totalWords(contacts, link)}</p>
      <table class="contacts" aria-label={words.table}>
        <thead>
          <tr>
            <th scope="col">{head.start}</th>
            <th scope="col" class="wide">
              {head.cause}
            </th>
            <th scope="col" class="n wide">
              {head.took}
            </th>
            <th scope="col" class="n">
              {head.sent}
            </th>
            <th scope="col" class="n">
              {head.traffic}
            </th>
            {isPriced && (
              <th scope="col" class="n">
                {head.cost}
              </th>
            )}
            <th scope="col">{head.end}</th>
            <th scope="col">
              <span class="unseen">{head.transcript}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {contacts.map(contact => (
            <Contact key={contact.startMs} app={app} contact={contact} link={link} isPriced={isPriced} />
          ))}
        </tbody>
      </table>
    </>
  );
}

interface ContactProps {
  readonly app: App;
  readonly contact: LinkContact;
  readonly link: LinkStatus;
  readonly isPriced: boolean;
}

function Contact({ app, contact, link, isPriced }: ContactProps) {
  const words = text.links.history;
  const { startMs, endMs, cause, end, why, sent, bytesOut, bytesIn, cost } = contact;
  const when = longDate(startMs, app.nowMs.value);
  const notAll = words.notAll(contact.refused, contact.bounced);
  return (
    <tr>
      <th scope="row" title={fullDate(startMs)}>
        {when}
      </th>
      <td class="wide">{words.causes[cause]}</td>
      <td class="n wide">{duration(endMs - startMs)}</td>
      <td class="n">{text.number(sent)}</td>
      <td class="n">
        {size(bytesOut)} / {size(bytesIn)}
      </td>
      {isPriced && <td class="n">{cost === null ? '' : text.links.money(cost, link.currency)}</td>}
      <td>
        <span class={`chip ${endTones[end]}`}>{words.ends[end]}</span>
        {notAll !== '' && <small> {notAll}</small>}
        {why !== '' && <p class="said">{why}</p>}
      </td>
      <td class="act">
        <Button
          kind="quiet"
          icon="draft"
          iconOnly
          label={words.readFor(when)}
          onClick={() => void app.links.read(contact)}
        >
          {words.read}
        </Button>
      </td>
    </tr>
  );
}

function totalWords(contacts: readonly LinkContact[], { currency }: LinkStatus): string {
  const bytes = contacts.reduce((sum, { bytesOut, bytesIn }) => sum + bytesOut + bytesIn, 0);
  const priced = contacts.flatMap(({ cost }) => (cost === null ? [] : [cost]));
  const cost =
    priced.length === 0
      ? ''
      : text.links.money(
          priced.reduce((sum, each) => sum + each, 0),
          currency,
        );
  return text.links.history.total(contacts.length, size(bytes), cost);
}
