// Edits a word file: as a form, and as text beside it. Each follows the other.
import type { ComponentChildren } from 'preact';
import type { WordEditor } from '../../models/word-file/word-editor.ts';
import { FileText, type FileTextWords, saveIfRight } from './file-text.tsx';

interface WordFileViewProps {
  readonly editor: WordEditor<never>;
  readonly name: string;
  readonly words: FileTextWords & { readonly form: string };
  /** Why it may not be removed now, for people. */
  readonly removeBlocked?: string | undefined;
  /** What an empty file may start with. */
  readonly templates: ComponentChildren;
  /** The fields of the form. */
  readonly children: ComponentChildren;
}

export function WordFileView({ editor, name, words, removeBlocked, templates, children }: WordFileViewProps) {
  if (!editor.loaded.value) return null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it is no control; the shortcut works in all of its fields.
    <div
      class="word-file"
      onKeyDown={event => {
        if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        saveIfRight(editor);
      }}
    >
      <section class="word-form" aria-label={words.form}>
        {editor.current.value.trim() === '' && templates}
        {children}
      </section>
      <FileText editor={editor} name={name} words={words} removeBlocked={removeBlocked} />
    </div>
  );
}
