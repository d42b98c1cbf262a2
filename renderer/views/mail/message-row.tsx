// One row of the message list: sender, subject and date.
import type { MessageRow } from '../../../core/api/mail.ts';
import { text } from '../../text/en.ts';
import { fullDate, listDate } from '../../text/format.ts';
import { peopleNames, personName } from '../../text/people.ts';
import { Icon } from '../../ui/icon.tsx';

/** Marks a drag as one of messages. */
export const messageDragType = 'application/x-waypost-messages';

/** Open or about to open; selected; with the focus while others are selected. */
export type RowState = 'active' | 'marked' | 'here';

interface RowProps {
  readonly row: MessageRow | undefined;
  readonly index: number;
  readonly total: number;
  readonly rowHeight: number;
  readonly nowMs: number;
  /** Shows the recipients instead of the sender. */
  readonly outgoing: boolean;
  readonly state: RowState | undefined;
  readonly reachable: boolean;
  readonly onPick: (event: MouseEvent) => void;
  readonly onOpen: () => void;
  readonly onDrag: () => void;
  readonly onDragEnd: () => void;
}

export function MessageRowView(props: RowProps) {
  const { row, index, total, rowHeight } = props;
  const seen = row?.flags.includes('S') ?? true;
  const trashed = row?.flags.includes('T') && 'trashed';
  const states = [seen ? 'seen' : 'new', trashed, props.state];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox handles the keys of its options
    <div
      role="option"
      class={`row ${states.filter(Boolean).join(' ')}`}
      style={{ transform: `translateY(${index * rowHeight}px)` }}
      aria-selected={props.state === 'active' || props.state === 'marked'}
      aria-setsize={total}
      aria-posinset={index + 1}
      aria-busy={row === undefined}
      tabIndex={props.reachable ? 0 : -1}
      draggable={row !== undefined}
      onClick={props.onPick}
      onDblClick={props.onOpen}
      onDragStart={event => {
        event.dataTransfer?.setData(messageDragType, row?.id ?? '');
        props.onDrag();
      }}
      onDragEnd={props.onDragEnd}
    >
      {row ? <Content row={row} seen={seen} nowMs={props.nowMs} outgoing={props.outgoing} /> : <Waiting />}
    </div>
  );
}

function Waiting() {
  return <span class="unseen">{text.mail.loading}</span>;
}

function Content({ row, seen, nowMs, outgoing }: { row: MessageRow; seen: boolean; nowMs: number; outgoing: boolean }) {
  return (
    <>
      {!seen && <span class="unseen">{text.mail.unread}, </span>}
      <i class="dot" aria-hidden="true" />
      <b dir="auto">{outgoing ? recipients(row) : personName(row.from) || text.mail.noSender}</b>
      <span class="marks">
        {row.flags.includes('F') && <Mark icon="flag" label={text.mail.flagged} />}
        {row.flags.includes('R') && <Mark icon="reply" label={text.mail.answered} />}
        {row.flags.includes('P') && <Mark icon="forward" label={text.mail.forwarded} />}
        {row.flags.includes('T') && <Mark icon="trash" label={text.mail.trashed} />}
        {row.attachments && <Mark icon="clip" label={text.mail.hasFiles} />}
      </span>
      <time dateTime={new Date(row.dateMs).toISOString()} title={fullDate(row.dateMs)}>
        {listDate(row.dateMs, nowMs)}
      </time>
      <p>
        <bdi class="subject">{row.subject || text.mail.noSubject}</bdi>
        {row.preview && <bdi class="preview"> {row.preview}</bdi>}
      </p>
    </>
  );
}

function recipients(row: MessageRow): string {
  return row.to.length > 0 ? text.mail.to(peopleNames(row.to)) : text.mail.nobody;
}

function Mark({ icon, label }: { icon: 'flag' | 'reply' | 'forward' | 'trash' | 'clip'; label: string }) {
  return (
    <span title={label}>
      <Icon name={icon} />
      <span class="unseen">{label}, </span>
    </span>
  );
}
