// The words of the status place. What was found comes from the host, which tells the command line the same.
import { many } from './plural.ts';

export const checks = {
  title: 'Status',
  again: 'Look again',
  network: 'Look at the network too',
  networkHint:
    'Nothing is sent to other hosts unless you ask: then name servers, your relays and a mail server elsewhere are contacted.',
  looking: 'Looking …',
  needs: 'What needs you',
  rest: 'All else',
  allFine: 'Nothing that was looked at needs you.',
  counts: (wrong: number, warnings: number, fine: number, unchecked: number) =>
    [
      many(wrong, '# wrong', '# wrong'),
      many(warnings, '# warning', '# warnings'),
      many(fine, '# fine', '# fine'),
      many(unchecked, '# not looked at', '# not looked at'),
    ].join(', '),
  at: (time: string, network: boolean) => `${time}${network ? '; the network was looked at' : ''}`,
};
