// What the editor asks the host about one kind of word files: links (control/links/NAME) or accounts (control/fetch/NAME).
import type { Api } from '../../../core/api/contract.ts';
import type { StoredFile, WordHelp, WordProblem } from '../../../core/api/word-files.ts';

/** The part of the contract that has these calls. */
type Area = 'links' | 'fetch';

export interface WordFileCalls {
  read(name: string): Promise<StoredFile>;
  check(name: string, text: string): Promise<readonly WordProblem[]>;
  words(): Promise<readonly WordHelp[]>;
  /** @param stamp of the file that is replaced @returns the stamp of the new one */
  save(name: string, text: string, stamp: string): Promise<string>;
  remove(name: string): Promise<void>;
}

export function wordFileCalls(api: Api, area: Area): WordFileCalls {
  return {
    read: name => api.call(`${area}.file`, { name }),
    check: async (name, text) => (await api.call(`${area}.check`, { name, text })).problems,
    words: async () => (await api.call(`${area}.words`, {})).words,
    save: async (name, text, stamp) => (await api.call(`${area}.save`, { name, text, stamp })).stamp,
    async remove(name) {
      await api.call(`${area}.remove`, { name });
    },
  };
}
