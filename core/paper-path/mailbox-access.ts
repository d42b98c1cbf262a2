// How services that write mail (the composer, fetching) reach the owner's mailboxes without knowing them.

/** The owner's messages as files. Ids are `<mailbox>/<unique name>`, flags are Maildir's letters. */
export interface MailboxAccess {
  /** The message's bytes. @throws ApiError `gone` when it is not there (any more) */
  raw(id: string): Promise<Buffer>;
  /**
   * Writes a message into a mailbox durably (the mailbox is made when missing) and answers its id.
   * @param madeOf the id of the message that this one is made of: what is made of it again is not written a second time
   */
  add(mailbox: string, raw: Uint8Array, flags: readonly string[], madeOf?: string): Promise<string>;
  /** Adds flags to a message; does nothing when it is gone. */
  flag(id: string, add: readonly string[]): Promise<void>;
  /** Removes a message. @returns false when it is gone already */
  remove(id: string): Promise<boolean>;
  /** Whom messages that came here were written to, as far as that is known by now. */
  addressees(): Iterable<string>;
  /** The ids of all messages in a usual mailbox. */
  idsIn(mailbox: 'Drafts'): readonly string[];
  /** Whether a message of that id is in a usual mailbox, whatever its folder is called. */
  isIn(mailbox: 'Drafts' | 'Sent', id: string): boolean;
}
