// The rows of the message list, of which only those on screen exist. The active row always exists, so that scrolling never
// loses the focus.
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { visibleRows } from '../../ui/virtual-list.ts';
import { ids } from '../focus.ts';
import { MessageRowView, type RowState } from './message-row.tsx';
import { dragRow, moveByKey, pickRow } from './row-input.ts';
import { useRowScroll } from './use-row-scroll.ts';

const rowHeight = 54;
/** So many rows exist above and below those on screen. */
const beyond = 8;

export function MessageRows({ app }: { app: App }) {
  const { mail } = app;
  const { list } = mail;
  const { scroller, view, onScroll } = useRowScroll(list, rowHeight);
  const { total } = view;
  const { first, last } = visibleRows(view, beyond);
  const indexes = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
  const active = list.active.value;
  if (active && active.index < total && (active.index < first || active.index > last)) indexes.push(active.index);
  const reachable = active && active.index < total ? active.index : first;
  const role = mail.mailboxes.byId(list.mailbox.value)?.role;
  const selected = list.selection.ids.value;
  return (
    <div class="rows" ref={scroller} onScroll={onScroll}>
      {total > 0 && (
        <div
          id={ids.list}
          role="listbox"
          aria-label={text.mail.list}
          aria-multiselectable="true"
          style={{ height: `${total * rowHeight}px` }}
          onKeyDown={event => {
            if (moveByKey(app, event, Math.floor(view.height / rowHeight))) event.preventDefault();
          }}
        >
          {indexes.map(index => {
            const row = list.rows.value.get(index);
            return (
              <MessageRowView
                key={row?.id ?? index}
                row={row}
                index={index}
                total={total}
                rowHeight={rowHeight}
                nowMs={app.nowMs.value}
                outgoing={role === 'sent' || role === 'drafts'}
                state={row ? rowState(row.id, active?.id, selected) : undefined}
                reachable={index === reachable}
                onPick={event => pickRow(app, index, event)}
                onOpen={() => app.openActive()}
                onDrag={() => dragRow(app, index)}
                onDragEnd={() => mail.drag([])}
              />
            );
          })}
        </div>
      )}
    </div>
  );
}

/** With several selected, the active row is only where the keyboard is: it need not be one of them. */
function rowState(id: string, active: string | undefined, selected: ReadonlySet<string>): RowState | undefined {
  if (selected.has(id)) return 'marked';
  if (id !== active) return undefined;
  return selected.size > 0 ? 'here' : 'active';
}
