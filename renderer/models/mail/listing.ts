// What is listed: the mailbox, the query and the order that the host gets.
import type { Request } from '../../../core/api/contract.ts';

export type Listing = Pick<Request<'mail.list'>, 'mailbox' | 'query' | 'order' | 'unread'>;
export type ListOrder = NonNullable<Listing['order']>;
