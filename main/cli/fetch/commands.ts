// The command of fetching mail from a provider.
import type { Commands } from '../command.ts';

export const fetchCommands: Commands = {
  fetch: {
    usage: 'waypost fetch [--json] [NAME ...]',
    says: 'Fetches the mail of accounts at providers now, and waits for the end; without a name it lists them.',
    options: { '--json': 'print the accounts as JSON' },
    load: async () => (await import('./fetch.ts')).run,
  },
};
