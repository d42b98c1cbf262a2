// Shows the invitation in a message, above its text.
import type { Invitation } from '../../../core/api/mail.ts';
import { text } from '../../text/en.ts';
import { calendarSpan } from '../../text/format.ts';

export function InvitationCard({ invitation }: { invitation: Invitation }) {
  const { method, summary, location, organizer, start, end, repeats } = invitation;
  const begin = start ?? end;
  const title = text.reader.invitation(method);
  return (
    <section class="strip quiet invitation" aria-label={title}>
      <p>
        <b>{summary === '' ? title : `${title}: ${summary}`}</b>
        {organizer !== '' && ` ${text.reader.invitationFrom(organizer)}`}
      </p>
      {begin && (
        <p>
          {calendarSpan(begin, end)}
          {repeats && `, ${text.reader.repeats}`}
        </p>
      )}
      {location !== '' && <p>{location}</p>}
    </section>
  );
}
