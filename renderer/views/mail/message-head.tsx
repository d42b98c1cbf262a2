// The head of the open message: subject, people and date. Long lines are cut off; a button shows them in full.
import { useSignal } from '@preact/signals';
import type { Message, Person } from '../../../core/api/mail.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { fullDate, longDate } from '../../text/format.ts';
import { firstNames, fullPerson, peopleOf, repliesElsewhere } from '../../text/people.ts';
import { Button } from '../../ui/button.tsx';

/** Further names are only counted. */
const namesShown = 12;

export function MessageHead({ app, message }: { app: App; message: Message }) {
  const open = useSignal(false);
  const { reader } = app.mail;
  const { from } = message;
  return (
    <div class={`head${open.value ? ' open' : ''}`}>
      <h2 dir="auto">{message.subject || text.mail.noSubject}</h2>
      <div class="meta">
        <p class="who">
          <b>
            <bdi>{from.name || from.address || text.mail.noSender}</bdi>
          </b>
          {from.name && <bdi class="address">{from.address}</bdi>}
        </p>
        <time dateTime={new Date(message.dateMs).toISOString()} title={fullDate(message.dateMs)}>
          {longDate(message.dateMs, app.nowMs.value)}
        </time>
        <p class="whom">{!open.value && recipientWords(message)}</p>
        <div class="choices">
          {reader.view.value === 'text' && (
            <label class="fixed-toggle">
              <input
                type="checkbox"
                checked={reader.fixed.value}
                onChange={event => reader.setFixed(event.currentTarget.checked)}
              />
              {text.reader.fixed}
            </label>
          )}
          <Button kind="quiet" expanded={open.value} onClick={() => (open.value = !open.value)}>
            {text.reader.details}
          </Button>
        </div>
      </div>
      {open.value && <Everybody message={message} />}
    </div>
  );
}

/** The address that replies go to comes first: it must not be cut off. */
function recipientWords(message: Message): string {
  const among = peopleOf(message);
  const { replyTo, to, cc } = message;
  const words = [
    repliesElsewhere(message) && `${text.reader.replyTo} ${replyTo.slice(0, namesShown).map(fullPerson).join(', ')}`,
    to.length > 0 && `${text.reader.to} ${firstNames(to, namesShown, among)}`,
    cc.length > 0 && `${text.reader.cc} ${firstNames(cc, namesShown, among)}`,
  ];
  return words.filter(Boolean).join('; ');
}

function Everybody({ message }: { message: Message }) {
  const { people } = text.reader;
  return (
    <dl class="people">
      <People label={people.from} people={[message.from]} />
      <People label={people.replyTo} people={message.replyTo} />
      <People label={people.to} people={message.to} />
      <People label={people.cc} people={message.cc} />
    </dl>
  );
}

function People({ label, people }: { label: string; people: readonly Person[] }) {
  if (people.length === 0) return null;
  return (
    <>
      <dt>{label}</dt>
      <dd>{people.map(fullPerson).join(', ')}</dd>
    </>
  );
}
