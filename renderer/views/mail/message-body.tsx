// What the message says: as text, as sanitised HTML, or as it lies on disk.
import type { Message } from '../../../core/api/mail.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { Late } from '../../ui/late.tsx';
import { ScrollArea } from '../../ui/scroll-area.tsx';
import { TextPieces } from '../../ui/text-pieces.tsx';
import { HtmlFrame } from './html-frame.tsx';
import { TextBody } from './text-body.tsx';

export function MessageBody({ app, message }: { app: App; message: Message }) {
  const { reader } = app.mail;
  const view = reader.view.value;
  if (view === 'source') return <SourceBody app={app} />;
  if (view === 'html' && message.html !== null) return <HtmlFrame html={message.html} />;
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

function SourceBody({ app }: { app: App }) {
  const source = app.mail.reader.source.value;
  if (!source) {
    return (
      <Late>
        <p class="note">{text.mail.loading}</p>
      </Late>
    );
  }
  const end = source.text.search(/\r?\n\r?\n/);
  const head = end < 0 ? source.text : source.text.slice(0, end);
  return (
    <ScrollArea name="scroll" label={text.reader.views.source}>
      {source.cut && <p class="note">{text.reader.sourceCut}</p>}
      <pre class="source">
        <b>
          <TextPieces words={head} />
        </b>
        <TextPieces words={source.text.slice(head.length)} />
      </pre>
    </ScrollArea>
  );
}
