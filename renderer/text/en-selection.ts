// The words about several messages, and about messages that are no longer there, in English.
import { many, numbers } from './plural.ts';

export const selection = {
  label: 'Selected messages',
  of: (total: number, mailbox: string) => `of ${many(total, '# message', '# messages')} in ${mailbox}`,
  ofFound: (total: number) => `of ${many(total, '# found', '# found')}`,
  clear: (count: number) => `${many(count, '# selected', '# selected')}: clear the selection`,
  all: (total: number, mailbox: string) => `Select all ${numbers.format(total)} in ${mailbox}`,
  selectAll: 'Select all',
  allFound: (total: number) => `Select all ${numbers.format(total)} found`,
  oneByOne: 'Several messages are selected: reply to them or forward them one at a time.',
  arrived: (from: string, subject: string) => `New message from ${from}: ${subject}`,
  arrivedMany: (count: number) => many(count, '# new message', '# new messages'),
  unchanged: 'No messages left to change',
  gone: (count: number) => many(count, 'This message is no longer here', 'These # messages are no longer here'),
  /** What was done, and how many messages were no longer there. */
  someMissing: (done: string, count: number) => `${done}; ${selection.missing(count)}`,
  missing: (count: number): string => many(count, '# was no longer here', '# were no longer here'),
};
