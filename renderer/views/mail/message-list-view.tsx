// The message list: its heading, its choices, and its rows or the reason why there are none.
import type { App } from '../../models/app.ts';
import { mailboxName } from '../../models/mail/mailboxes.ts';
import type { MessageList } from '../../models/mail/message-list.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { Delayed } from '../../ui/delayed.tsx';
import { ListTools } from './list-tools.tsx';
import { MessageRows } from './message-rows.tsx';
import { SelectionBar } from './selected-view.tsx';

export function MessageListView({ app }: { app: App }) {
  const { list, mailboxes } = app.mail;
  const mailbox = mailboxes.byId(list.mailbox.value);
  return (
    <section class="list" aria-label={mailbox ? mailboxName(mailbox) : list.mailbox.value}>
      <ListHead app={app} />
      <ListTools list={app.mail.list} />
      {app.mail.singlePane.value && <SelectionBar app={app} />}
      {list.loaded.value && list.total.value === 0 ? <Nothing app={app} /> : <MessageRows app={app} />}
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
  const address = app.host.status.value?.owner.from ?? '';
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
