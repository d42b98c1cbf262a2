// What the host is asked to list: which mailbox, which messages of it, in which order.
import type { Request } from '../../../core/api/contract.ts';

export type Listing = Pick<Request<'mail.list'>, 'mailbox' | 'query' | 'order' | 'unread'>;
export type ListOrder = NonNullable<Listing['order']>;
