// The mail place: mailboxes, messages, and the message or the composer on the right.
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ComposerView } from '../composer/composer-view.tsx';
import { FolderDialog } from './folder-dialog.tsx';
import { MailboxList } from './mailbox-list.tsx';
import { MessageListView } from './message-list-view.tsx';
import { OpenDraftStrip } from './open-draft-strip.tsx';
import { ReaderView } from './reader-view.tsx';
import { SelectedView } from './selected-view.tsx';

export function MailPlace({ app }: { app: App }) {
  const { mail, composer } = app;
  const composing = composer.shown.value;
  const selecting = mail.list.selection.ids.value.size > 0;
  const reading = composing || (mail.reader.id.value !== undefined && !selecting);
  const removing = mail.actions.removing.value;
  return (
    <div class={`mail${reading ? ' reading' : ''}`}>
      <h1 class="unseen">{text.places.mail}</h1>
      <div class={`boxes${mail.drawer.value ? ' open' : ''}`}>
        <MailboxList mail={mail} />
      </div>
      {mail.drawer.value && (
        // Pointing beside the drawer closes it; the keyboard has Escape.
        <div class="scrim" onClick={() => mail.showDrawer(false)} aria-hidden="true" />
      )}
      <MessageListView app={app} />
      <div class="aside">
        {!composing && <OpenDraftStrip composer={composer} />}
        {composing ? (
          <ComposerView app={app} key={composer.opened.value} />
        ) : selecting ? (
          <SelectedView app={app} />
        ) : (
          <ReaderView app={app} />
        )}
      </div>
      <FolderDialog folders={mail.folders} />
      {removing.length > 0 && (
        <Dialog title={text.remove.title(removing.length)} onClose={mail.actions.cancelRemoval}>
          <p>{text.remove.text}</p>
          <div class="dialog-end">
            <Button onClick={mail.actions.cancelRemoval}>{text.shell.cancel}</Button>
            <Button kind="danger" icon="trash" onClick={() => void mail.actions.removePermanently()}>
              {text.remove.go}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
