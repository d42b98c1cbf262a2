// The editor of account files (control/fetch/NAME).
import type { Api } from '../../../core/api/contract.ts';
import { accountName } from '../../../core/api/fetch-grammar.ts';
import { text } from '../../text/en.ts';
import { createWordEditor, type WordEditor, type WordEditorDeps } from '../word-file/word-editor.ts';
import { wordFileCalls } from '../word-file/word-file-calls.ts';
import { type AccountWord, accountFieldWords } from './account-fields.ts';

export type AccountEditor = WordEditor<AccountWord>;

export function createAccountEditor(api: Api, deps: WordEditorDeps): AccountEditor {
  const calls = wordFileCalls(api, 'fetch');
  return createWordEditor({ calls, order: accountFieldWords, nameForm: accountName, words: text.accounts }, deps);
}
