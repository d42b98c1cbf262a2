// What an invitation says, above the message that brings it.
import type { Invitation } from '../../../core/api/mail.ts';
import { text } from '../../text/en.ts';
import { calendarTime } from '../../text/format.ts';

export function InvitationCard({ invitation }: { invitation: Invitation }) {
  const { method, summary, location, organizer, start, end, repeats } = invitation;
  const from = start && calendarTime(start);
  const to = end && calendarTime(end);
  const when = from && to && from !== to ? text.reader.between(from, to) : (from ?? to);
  const title = text.reader.invitation(method);
  return (
    <section class="strip quiet invitation" aria-label={title}>
      <p>
        <b>{summary === '' ? title : `${title}: ${summary}`}</b>
        {organizer !== '' && ` ${text.reader.invitationFrom(organizer)}`}
      </p>
      {when && (
        <p>
          {when}
          {repeats && `, ${text.reader.repeats}`}
        </p>
      )}
      {location !== '' && <p>{location}</p>}
    </section>
  );
}
