// Edits the file of a link.
import type { App } from '../../models/app.ts';
import { waits } from '../../models/links/describe-link.ts';
import { fieldGroups, linkFields } from '../../models/links/link-fields.ts';
import { text } from '../../text/en.ts';
import { WordFileView } from '../word-file/word-file-view.tsx';
import { LinkFieldView } from './link-field.tsx';
import { LinkTemplates } from './link-templates.tsx';

export function LinkEditorView({ app: { links }, name }: { app: App; name: string }) {
  const { editor } = links;
  const words = text.links.file;
  const link = links.current.value;
  const hasMail = link !== undefined && waits([link]) > 0;
  return (
    <WordFileView
      editor={editor}
      name={name}
      words={words}
      removeBlocked={hasMail ? words.removeBlocked : undefined}
      templates={<LinkTemplates editor={editor} />}
    >
      {fieldGroups.map(group => (
        <fieldset key={group}>
          <legend>{text.links.groups[group]}</legend>
          {linkFields[group].map(field => (
            <LinkFieldView key={field.word} editor={editor} field={field} />
          ))}
        </fieldset>
      ))}
    </WordFileView>
  );
}
