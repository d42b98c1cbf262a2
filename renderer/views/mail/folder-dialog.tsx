// The dialogs for folders: creating, renaming and deleting one.
import { type FolderNode, mailboxesIn } from '../../models/mail/folder-tree.ts';
import type { Folders } from '../../models/mail/folders.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

export function FolderDialog({ folders }: { folders: Folders }) {
  const question = folders.question.value;
  if (!question) return null;
  const close = () => folders.ask(undefined);
  if (question.kind === 'remove') return <RemoveDialog folders={folders} node={question.node} />;
  if (question.kind === 'make') {
    const { parent } = question;
    return (
      <Dialog title={text.folders.makeTitle(parent?.path.join('/') ?? '')} onClose={close} key="make">
        <NameForm folders={folders} go={text.folders.makeGo} onDone={() => void folders.make(parent)} />
      </Dialog>
    );
  }
  const { node } = question;
  return (
    <Dialog title={text.folders.title(node.path.join('/'))} onClose={close} key="change">
      <NameForm folders={folders} go={text.folders.rename} onDone={() => void folders.rename(node)} />
      <div class="dialog-end">
        <Button icon="plus" onClick={() => folders.ask({ kind: 'make', parent: node })}>
          {text.folders.makeWithin}
        </Button>
        <Button kind="danger" icon="trash" onClick={() => folders.askToRemove(node)}>
          {text.folders.remove}
        </Button>
      </div>
    </Dialog>
  );
}

function RemoveDialog({ folders, node }: { folders: Folders; node: FolderNode }) {
  const mailboxes = mailboxesIn(node);
  const messages = mailboxes.reduce((sum, { total }) => sum + total, 0);
  const inner = mailboxes.filter(({ id }) => id !== node.id).length;
  return (
    <Dialog title={text.folders.removeTitle(node.path.join('/'))} onClose={() => folders.ask(undefined)} key="remove">
      <p>{text.folders.removeText(messages, inner)}</p>
      {folders.wrong.value && (
        <p class="bad" role="alert">
          {folders.wrong.value}
        </p>
      )}
      <div class="dialog-end">
        <Button onClick={() => folders.ask(undefined)}>{text.shell.cancel}</Button>
        <Button kind="danger" icon="trash" disabled={folders.busy.value} onClick={() => void folders.remove(node)}>
          {text.folders.removeGo}
        </Button>
      </div>
    </Dialog>
  );
}

function NameForm({ folders, go, onDone }: { folders: Folders; go: string; onDone: () => void }) {
  const { typed, wrong, busy } = folders;
  return (
    <form
      class="folder-name"
      onSubmit={event => {
        event.preventDefault();
        onDone();
      }}
    >
      <label for="folder-name">{text.folders.name}</label>
      <input
        id="folder-name"
        value={typed.value}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={wrong.value !== undefined}
        aria-describedby={wrong.value === undefined ? undefined : 'folder-name-wrong'}
        onInput={event => (typed.value = event.currentTarget.value)}
      />
      <Button kind="go" disabled={busy.value || typed.value.trim() === ''} onClick={onDone}>
        {go}
      </Button>
      {wrong.value !== undefined && (
        <p id="folder-name-wrong" class="bad" role="alert">
          {wrong.value}
        </p>
      )}
    </form>
  );
}
