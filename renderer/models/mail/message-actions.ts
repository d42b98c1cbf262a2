// What can be done to messages from the list and the reader. Everything can be undone but a permanent delete. Each action
// changes the messages that it is given, and says how many it changed.
import { signal } from '@preact/signals';
import { mailboxOf } from '../../../core/api/mail.ts';
import { text } from '../../text/en.ts';
import { createFlagActions, type FlagActionDeps } from './flag-actions.ts';
import { type Mailboxes, mailboxName } from './mailboxes.ts';
import { createMoveActions, type MoveActionDeps } from './move-actions.ts';

type Ids = readonly string[];

export interface ActionDeps extends FlagActionDeps, MoveActionDeps {
  readonly mailboxes: Mailboxes;
  /** The messages that a key acts on: an action that is given none changes these. */
  targets(): Ids;
}

export type MessageActions = ReturnType<typeof createMessageActions>;

export function createMessageActions(deps: ActionDeps) {
  const { mailboxes, targets } = deps;
  const flags = createFlagActions(deps);
  const moves = createMoveActions(deps);
  /** Messages that are deleted permanently once the owner confirms it. */
  const removing = signal<Ids>([]);

  return {
    removing,
    markSeen: flags.markSeen,
    setSeen: flags.setSeen,
    setFlagged: flags.setFlagged,
    toggleSeen: (ids = targets()) => flags.toggleSeen(ids),
    toggleFlag: (ids = targets()) => flags.toggleFlag(ids),
    archive: (ids = targets()) => moves.move(mailboxes.idOf('archive'), text.did.archived, ids),
    moveTo(id: string, ids: Ids) {
      const mailbox = mailboxes.byId(id);
      return moves.move(id, count => text.did.moved(count, mailbox ? mailboxName(mailbox) : id), ids);
    },
    /** Moves messages to Trash; those in Trash are deleted permanently, after a question. */
    async trash(ids = targets()) {
      const trash = mailboxes.idOf('trash');
      const [first] = ids;
      if (first === undefined) return;
      if (mailboxOf(first) === trash) removing.value = ids;
      else await moves.move(trash, text.did.trashed, ids);
    },
    async removePermanently() {
      const ids = removing.value;
      removing.value = [];
      await moves.removePermanently(ids);
    },
    cancelRemoval() {
      removing.value = [];
    },
  };
}
