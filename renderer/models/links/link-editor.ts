// The editor of link files (control/links/NAME).
import type { Api } from '../../../core/api/contract.ts';
import { linkName } from '../../../core/api/link-grammar.ts';
import { text } from '../../text/en.ts';
import { createWordEditor, type WordEditor, type WordEditorDeps } from '../word-file/word-editor.ts';
import { wordFileCalls } from '../word-file/word-file-calls.ts';
import { type FieldWord, fieldWords } from './link-fields.ts';

export type LinkEditor = WordEditor<FieldWord>;

export function createLinkEditor(api: Api, deps: WordEditorDeps): LinkEditor {
  const calls = wordFileCalls(api, 'links');
  return createWordEditor({ calls, order: fieldWords, nameForm: linkName, words: text.links }, deps);
}
