// The attachments of the open message, with a button that saves each.
import type { Attachment, Message } from '../../../core/api/mail.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { size } from '../../text/format.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { saveFile } from '../../ui/save-file.ts';

export function Attachments({ app, message }: { app: App; message: Message }) {
  // Pictures in the HTML are listed as files only when the HTML is not shown.
  const isHtml = app.mail.reader.view.value === 'html';
  const files = message.files.filter(file => !(isHtml && file.shown));
  if (files.length === 0) return null;
  async function save(file: Attachment): Promise<void> {
    const found = await app.mail.reader.fetchFile(file);
    if (found) saveFile(file.name || text.reader.unnamed, found);
  }
  return (
    <section class="files" aria-label={text.reader.files(files.length)}>
      <ul>
        {files.map(file => (
          <li key={file.part}>
            <button type="button" class="file" onClick={() => void save(file)}>
              <Icon name="save" />
              <span>
                <span class="unseen">{text.reader.save} </span>
                {file.name || text.reader.unnamed}
              </span>
              <small>{size(file.sizeBytes)}</small>
            </button>
          </li>
        ))}
      </ul>
      {files.length > 1 && (
        <Button
          kind="quiet"
          onClick={async () => {
            for (const file of files) await save(file);
          }}
        >
          {text.reader.saveAll}
        </Button>
      )}
    </section>
  );
}
