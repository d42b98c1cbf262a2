// The message list as a listbox of equal rows, of which only those on screen exist. The active row always exists, so
// the focus is never lost by scrolling.
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { App } from '../../models/app.ts';
import { mailboxName } from '../../models/mail/mailboxes.ts';
import type { MessageList } from '../../models/mail/message-list.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { Delayed } from '../../ui/delayed.tsx';
import { scrollToShow, visibleRows } from '../../ui/virtual-list.ts';
import { focusList, ids } from '../focus.ts';
import { ListTools } from './list-tools.tsx';
import { MessageRowView, type RowState } from './message-row.tsx';
import { SelectionBar } from './selected-view.tsx';

const rowHeight = 54;
const beyond = 8;

export function MessageListView({ app }: { app: App }) {
  const { list, mailboxes } = app.mail;
  const mailbox = mailboxes.byId(list.mailbox.value);
  return (
    <section class="list" aria-label={mailbox ? mailboxName(mailbox) : list.mailbox.value}>
      <ListHead app={app} />
      <ListTools list={app.mail.list} />
      {app.mail.singlePane.value && <SelectionBar app={app} />}
      {list.loaded.value && list.total.value === 0 ? <Nothing app={app} /> : <Rows app={app} />}
      {!list.loaded.value && (
        <Delayed>
          <p class="note">{text.mail.loading}</p>
        </Delayed>
      )}
    </section>
  );
}

function ListHead({ app }: { app: App }) {
  const { mail } = app;
  const { list } = mail;
  const mailbox = mail.mailboxes.byId(list.mailbox.value);
  const selected = list.selection.ids.value.size;
  return (
    <header>
      <span class="drawer-button">
        <Button kind="quiet" icon="menu" iconOnly expanded={mail.drawer.value} onClick={() => mail.showDrawer(true)}>
          {text.mail.openDrawer}
        </Button>
      </span>
      <h2>{mailbox ? mailboxName(mailbox) : list.mailbox.value}</h2>
      {selected > 0 ? (
        <Button kind="quiet" icon="close" onClick={() => list.selection.clear()} label={text.selection.clear(selected)}>
          {text.mail.marked(selected)}
        </Button>
      ) : (
        <>
          <span>{list.answered.value && countWords(list)}</span>
          {list.answered.value && list.query.value !== '' && list.total.value > 1 && (
            <Button
              kind="quiet"
              onClick={() => void list.selection.all()}
              label={text.selection.allFound(list.total.value)}
            >
              {text.selection.selectAll}
            </Button>
          )}
        </>
      )}
    </header>
  );
}

function countWords(list: MessageList): string {
  return list.query.value ? text.mail.found(list.total.value) : text.mail.counts(list.unread.value, list.total.value);
}

function Nothing({ app }: { app: App }) {
  const { list, mailboxes } = app.mail;
  const query = list.query.value;
  if (query) return <Empty title={text.mail.notFoundTitle} words={text.mail.notFound(query)} />;
  if (list.unreadOnly.value) return <Empty title={text.mail.allRead} words={text.mail.noneUnread} />;
  const role = mailboxes.byId(list.mailbox.value)?.role ?? 'folder';
  const address = app.host.status.value?.owner.address ?? '';
  return (
    <Empty
      title={text.mail.emptyTitle}
      words={role === 'inbox' ? text.mail.empty.inbox(address) : text.mail.empty[role]}
    />
  );
}

function Empty({ title, words }: { title: string; words: string }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      <p>{words}</p>
    </div>
  );
}

function Rows({ app }: { app: App }) {
  const { mail } = app;
  const { list } = mail;
  const scroller = useRef<HTMLDivElement>(null);
  const scrollTop = useSignal(0);
  const height = useSignal(600);
  const range = useRef({ shift: list.shift.peek(), active: list.active.peek()?.id });

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // New rows above: scroll by as much, so that nothing moves on screen.
  const shift = list.shift.value;
  useLayoutEffect(() => {
    const by = shift - range.current.shift;
    range.current.shift = shift;
    if (by !== 0 && scroller.current) scroller.current.scrollTop += by * rowHeight;
  }, [shift]);

  // Another mailbox starts at its top.
  const shown = [list.mailbox.value, list.query.value, list.order.value, list.unreadOnly.value].join('\n');
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
  }, [shown]);

  // The active row is brought into view when it becomes active, not when mail moves it.
  const active = list.active.value;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !active || active.id === range.current.active) return;
    range.current.active = active.id;
    if (active.quiet) return;
    const view = { scrollTop: element.scrollTop, height: element.clientHeight, rowHeight, total: list.total.peek() };
    element.scrollTop = scrollToShow(view, active.index);
    if (element.contains(document.activeElement)) focusList();
  }, [active]);

  useSignalEffect(() => {
    const view = { scrollTop: scrollTop.value, height: height.value, rowHeight, total: list.total.value };
    const { first, last } = visibleRows(view);
    list.want(first, last);
  });

  const total = list.total.value;
  const view = { scrollTop: scrollTop.value, height: height.value, rowHeight, total };
  const { first, last } = visibleRows(view, beyond);
  const indexes = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
  if (active && active.index < total && (active.index < first || active.index > last)) indexes.push(active.index);
  const reachable = active && active.index < total ? active.index : first;
  const role = mail.mailboxes.byId(list.mailbox.value)?.role;
  const selected = list.selection.ids.value;

  return (
    <div
      class="rows"
      ref={scroller}
      onScroll={event => {
        scrollTop.value = event.currentTarget.scrollTop;
      }}
    >
      {total > 0 && (
        <div
          id={ids.list}
          role="listbox"
          aria-label={text.mail.list}
          aria-multiselectable="true"
          style={{ height: `${total * rowHeight}px` }}
          onKeyDown={event => {
            if (moveByKey(app, event, Math.floor(height.value / rowHeight))) event.preventDefault();
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
                onPick={event => pick(app, index, event)}
                onOpen={() => app.openActive()}
                onDrag={() => {
                  if (!row) return;
                  if (!selected.has(row.id)) {
                    list.selection.clear();
                    mail.goTo(index, 'pass');
                  }
                  mail.drag(mail.targets());
                }}
                onDragEnd={() => mail.drag([])}
              />
            );
          })}
        </div>
      )}
    </div>
  );
}

/** With several selected the active row is only where the keyboard is: it may be none of them. */
function rowState(id: string, active: string | undefined, selected: ReadonlySet<string>): RowState | undefined {
  if (selected.has(id)) return 'marked';
  if (id !== active) return undefined;
  return selected.size > 0 ? 'here' : 'active';
}

function pick(app: App, index: number, event: MouseEvent): void {
  const { mail, composer } = app;
  const { list } = mail;
  const { selection } = list;
  const row = list.rows.value.get(index);
  const active = list.active.value;
  if (!row) return;
  if (event.shiftKey && active) mail.goTo(index, 'extend');
  else if (event.ctrlKey || event.metaKey) {
    if (selection.ids.value.size === 0 && active && active.id !== row.id) selection.toggle(active.id);
    selection.toggle(row.id);
  } else {
    selection.clear();
    composer.hide();
    mail.goTo(index, 'open');
  }
}

/** The keys of a listbox. True when the key was one of them. */
function moveByKey(app: App, event: KeyboardEvent, pageRows: number): boolean {
  const { mail } = app;
  const { list } = mail;
  const at = list.active.value?.index ?? -1;
  const last = list.total.value - 1;
  const to: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + pageRows,
    PageUp: at - pageRows,
    Home: 0,
    End: last,
  };
  const wanted = to[event.key];
  if (event.key === ' ') {
    if (list.active.value) list.selection.toggle(list.active.value.id);
    return true;
  }
  if (wanted === undefined || event.altKey || event.metaKey) return false;
  const index = Math.max(0, Math.min(last, wanted));
  mail.goTo(index, event.shiftKey && at >= 0 ? 'extend' : 'pass');
  focusList();
  return true;
}
