// The list of mailboxes: the usual ones, and the folders as a tree. Messages can be dropped on them.
import type { Mailbox } from '../../../core/api/mail.ts';
import { type FolderNode, mailboxesIn } from '../../models/mail/folder-tree.ts';
import type { MailModel } from '../../models/mail/mail.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { messageDragType } from './message-row.tsx';

export function MailboxList({ mail }: { mail: MailModel }) {
  const { usual, folders } = mail.mailboxes;
  return (
    <nav aria-label={text.mail.mailboxes}>
      <h2>{text.mail.maildir}</h2>
      <Group mail={mail} nodes={usual.value} depth={0} />
      <div class="boxes-head">
        <h2>{text.folders.heading}</h2>
        <Button kind="quiet" icon="plus" iconOnly onClick={() => mail.folders.ask({ kind: 'make', parent: undefined })}>
          {text.folders.make}
        </Button>
      </div>
      <Group mail={mail} nodes={folders.value} depth={0} />
    </nav>
  );
}

function Group({ mail, nodes, depth }: { mail: MailModel; nodes: readonly FolderNode[]; depth: number }) {
  if (nodes.length === 0) return null;
  return (
    <ul>
      {nodes.map(node => (
        <Node key={node.id} mail={mail} node={node} depth={depth} />
      ))}
    </ul>
  );
}

function Node({ mail, node, depth }: { mail: MailModel; node: FolderNode; depth: number }) {
  const { mailbox, children } = node;
  const open = mail.folders.isOpen(node.id);
  const name = mailbox?.role ? text.mail.roles[mailbox.role] : (node.path.at(-1) ?? node.id);
  const current = mail.list.mailbox.value === node.id;
  return (
    <li>
      {/* Deep trees stay within the column: from this depth on, nothing is indented any more. */}
      <div class="box" style={{ paddingInlineStart: `${Math.min(depth, 6) * 12}px` }}>
        <button
          type="button"
          class={`name${mailbox ? '' : ' only-holds'}`}
          aria-current={current ? 'true' : undefined}
          title={node.path.length > 1 ? node.path.join('/') : undefined}
          onClick={() => (mailbox ? mail.showMailbox(mailbox.id) : mail.folders.toggle(node.id))}
          {...(mailbox ? takesRows(mail, mailbox.id) : {})}
        >
          <span>{name}</span>
          <Count mailboxes={open ? (mailbox ? [mailbox] : []) : mailboxesIn(node)} />
        </button>
        {!mailbox?.role && (
          <Button kind="quiet" icon="more" iconOnly onClick={() => mail.folders.ask({ kind: 'change', node })}>
            {text.folders.change(name)}
          </Button>
        )}
        {children.length > 0 && (
          <button
            type="button"
            class="twisty"
            aria-expanded={open}
            aria-label={text.folders.within(name, open)}
            onClick={() => mail.folders.toggle(node.id)}
          >
            <Icon name={open ? 'up' : 'down'} />
          </button>
        )}
      </div>
      {open && <Group mail={mail} nodes={children} depth={depth + 1} />}
    </li>
  );
}

/** Handlers for an element that takes rows of this list: no links, text, files or rows of other windows. */
function takesRows(mail: MailModel, to: string) {
  const holdsRows = (event: DragEvent): boolean =>
    mail.dragged.value.length > 0 && event.dataTransfer?.types.includes(messageDragType) === true;
  return {
    onDragOver(event: DragEvent) {
      if (holdsRows(event)) event.preventDefault();
    },
    onDrop(event: DragEvent) {
      event.preventDefault();
      if (!holdsRows(event)) return;
      const ids = mail.dragged.value;
      mail.drag([]);
      void mail.actions.moveTo(to, ids);
    },
  };
}

/** The number of unread messages, in hidden folders too; of drafts, all are counted. */
function Count({ mailboxes }: { mailboxes: readonly Mailbox[] }) {
  const [first] = mailboxes;
  if (first?.role === 'sent' || first?.role === 'trash') return null;
  const drafts = first?.role === 'drafts';
  const count = mailboxes.reduce((sum, mailbox) => sum + (drafts ? mailbox.total : mailbox.unread), 0);
  if (count === 0) return null;
  return (
    <span class="count">
      <span aria-hidden="true">{text.number(count)}</span>
      <span class="unseen">{drafts ? text.mail.counts(0, count) : text.shell.unread(count)}</span>
    </span>
  );
}
