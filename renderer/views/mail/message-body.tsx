// The body of the open message: as text, as sanitised HTML, or as its source.
import type { Message } from '../../../core/api/mail.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { Delayed } from '../../ui/delayed.tsx';
import { LongText } from '../../ui/long-text.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { ScrollArea } from '../../ui/scroll-area.tsx';
import { HtmlFrame } from './html-frame.tsx';
import { TextBody } from './text-body.tsx';

export function MessageBody({ app, message }: { app: App; message: Message }) {
  const { reader } = app.mail;
  const view = reader.view.value;
  if (view === 'source') return <SourceBody app={app} subject={message.subject} />;
  if (view === 'html' && message.html !== null) return <HtmlFrame app={app} html={message.html} />;
  return (
    <ScrollArea name="scroll" label={text.reader.views.text}>
      {message.text.trim() === '' ? (
        <p class="note">{text.reader.noText}</p>
      ) : (
        <TextBody words={message.text} fixed={reader.fixed.value} onMailto={url => void app.write(url)} />
      )}
    </ScrollArea>
  );
}

function SourceBody({ app, subject }: { app: App; subject: string }) {
  const source = app.mail.reader.source.value;
  if (!source) {
    return (
      <Delayed>
        <p class="note">{text.mail.loading}</p>
      </Delayed>
    );
  }
  const end = source.text.search(/\r?\n\r?\n/);
  const head = end < 0 ? source.text : source.text.slice(0, end);
  return (
    <ScrollArea name="scroll" label={text.reader.views.source}>
      <p class="source-head">
        <Button icon="save" onClick={() => void saveWhole(app, subject)}>
          {text.reader.saveMessage}
        </Button>
        {source.cut && text.reader.sourceCut}
      </p>
      <pre class="source">
        <b>
          <LongText words={head} />
        </b>
        <LongText words={source.text.slice(head.length)} />
      </pre>
    </ScrollArea>
  );
}

/** The file itself, byte for byte, as other mail programs open it. */
async function saveWhole(app: App, subject: string): Promise<void> {
  const bytes = await app.mail.reader.fetchWhole();
  const name = subject
    .replaceAll(/[^\p{L}\p{N} _.-]+/gu, ' ')
    .trim()
    .slice(0, 80);
  if (bytes) saveFile(`${name || text.reader.unnamedMessage}.eml`, bytes);
}
