// The choice of which messages are listed, and in which order.
import type { MessageList } from '../../models/mail/message-list.ts';
import { text } from '../../text/en.ts';
import { Segmented } from '../../ui/segmented.tsx';

export function ListTools({ list }: { list: MessageList }) {
  const { show, shows, order, orders } = text.mail;
  return (
    <div class="list-tools">
      <Segmented
        label={show}
        value={list.unreadOnly.value ? 'unread' : 'all'}
        onChange={shown => list.setUnreadOnly(shown === 'unread')}
        options={(['all', 'unread'] as const).map(value => ({ value, label: shows[value] }))}
      />
      <Segmented
        label={order}
        value={list.order.value}
        onChange={by => list.setOrder(by)}
        options={(['date', 'arrival'] as const).map(value => ({ value, label: orders[value] }))}
      />
    </div>
  );
}
