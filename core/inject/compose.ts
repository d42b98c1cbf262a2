// The composer's side of the Api: drafts in the Drafts mailbox, and sending: into the queue first, then a copy into
// Sent. What the queue has taken counts as sent, whatever happens to the copy.
import type { Draft, DraftToSend, Guess } from '../api/compose.ts';
import type { HandlersOf, Reply } from '../api/contract.ts';
import { ApiError } from '../api/errors.ts';
import type { Control } from '../control/control.ts';
import type { Clock } from '../lib/clock.ts';
import type { MessageFiles } from '../lib/message-files.ts';
import type { Accept } from '../lib/paper-path.ts';
import { NotTakenApart } from '../lib/taken-apart.ts';
import { UserError } from '../lib/user-error.ts';
import { addressFromText, displayAddress } from '../message/address.ts';
import type { RewriteAddress } from '../message/address-list.ts';
import { hostRewriter } from '../message/rewrite.ts';
import { stamp } from './added-fields.ts';
import { readAddressees, readSender } from './addressees.ts';
import type { Person } from './compose-addresses.ts';
import { buildMessage, nobodyNamed } from './compose-mime.ts';
import { newDraft } from './compose-start.ts';
import { buildDraft } from './draft-file.ts';
import type { MakeDrafts } from './make-drafts.ts';
import { type OwnAddresses, ownAddresses, ownAddressTest } from './own-addresses.ts';
import { noThread, type Thread } from './threading.ts';

/** Whose mail is written. All are text. */
interface ComposeOwner {
  /** Login name: `user@` any local domain is the owner. */
  readonly user: string;
  readonly address: string;
  readonly name: string;
  /** Without the `-- ` line; empty: none. */
  readonly signature: string;
}

export interface ComposeDeps {
  readonly control: () => Control;
  readonly clock: Clock;
  /** That many random bytes. */
  readonly random: (size: number) => Uint8Array;
  readonly makeDrafts: MakeDrafts;
  readonly accept: Accept;
  readonly files: MessageFiles;
  readonly owner: () => ComposeOwner;
  /** Whether mail to an address (text) would find somebody on this host. */
  readonly isKnownHere: (address: string) => Promise<boolean>;
}

type ComposeHandlers = HandlersOf<
  'compose.start' | 'compose.open' | 'compose.save' | 'compose.discard' | 'compose.send'
>;

const drafts = 'Drafts';
const sent = 'Sent';

/** The handlers of `compose.*`. */
export function createCompose(deps: ComposeDeps): ComposeHandlers {
  const composer = new Composer(deps);
  return {
    async 'compose.start'(asked) {
      const { signature } = deps.owner();
      if (asked.kind === 'new') return newDraft(signature);
      if (asked.kind === 'mailto') {
        const draft = await takingApart(deps.makeDrafts.mailto(asked.url, signature));
        if (!draft) throw new ApiError('invalid', `This is not a mailto: link: ${asked.url.slice(0, 200)}`);
        return draft;
      }
      const { kind, id } = asked;
      const raw = await deps.files.raw(id);
      return takingApart(deps.makeDrafts.begin({ kind, id, own: composer.own(), signature }, raw));
    },
    'compose.open': async ({ id }) => takingApart(deps.makeDrafts.open(id, composer.own(), await deps.files.raw(id))),
    'compose.save': draft => composer.save(draft),
    async 'compose.discard'({ id }) {
      composer.mustBeDraft(id);
      await deps.files.remove(id);
      return {};
    },
    'compose.send': asked => composer.send(asked),
  };
}

class Composer {
  readonly #deps: ComposeDeps;

  constructor(deps: ComposeDeps) {
    this.#deps = deps;
  }

  own(): OwnAddresses {
    return ownAddresses(this.#deps.owner(), this.#deps.control());
  }

  mustBeDraft(id: string | null): void {
    if (id === null || this.#deps.files.isIn(drafts, id)) return;
    throw new ApiError('invalid', `${id} is not a draft.`);
  }

  /** A new file; the one that it replaces is removed afterwards. */
  async save(draft: Draft): Promise<Reply<'compose.save'>> {
    const { files } = this.#deps;
    const before = draft.id;
    this.mustBeDraft(before);
    const rewrite = this.#rewriter();
    const fresh = { ...this.#stamp(), ...(await this.#thread(draft)), from: this.#sender(draft, rewrite) };
    const raw = await buildDraft(draft, fresh, rewrite);
    const id = await files.add(drafts, raw, ['D', 'S']);
    const removed = before === null || (await this.#quietly(() => files.remove(before)));
    return { id, missed: removed === false };
  }

  async send({ agreed = [], ...draft }: DraftToSend): Promise<Reply<'compose.send'>> {
    this.mustBeDraft(draft.id);
    const rewrite = this.#rewriter();
    const { to, cc, replyTo, recipients, guesses } = readAddressees(draft, rewrite);
    const guessed = await this.#unknown(guesses, agreed);
    if (guessed.length > 0) return { kind: 'guessed', guesses: guessed };
    const from = this.#sender(draft, rewrite);
    const fresh = { ...this.#stamp(), ...(await this.#thread(draft)), from };
    const raw = await buildMessage({
      ...fresh,
      to,
      cc,
      bcc: [],
      replyTo,
      subject: draft.subject.trim(),
      text: draft.text,
      purpose: 'send',
      files: draft.files,
      extraFields: {},
      listLines: to.length + cc.length === 0 ? nobodyNamed : '',
    });
    const invoker = { uid: process.getuid?.() ?? 0 };
    const envelope = { sender: addressFromText(from.address), recipients };
    const accepted = await this.#deps.accept([raw], envelope, invoker);
    if (!accepted.ok) {
      throw new ApiError(accepted.permanent ? 'refused' : 'failed', `The message was not queued: ${accepted.text}`);
    }
    const copy = await this.#quietly(() => this.#deps.files.add(sent, raw, ['S']));
    await this.#afterwards(draft, copy !== undefined);
    return { kind: 'queued', queued: accepted.id, recipients: recipients.length, sent: copy ?? null };
  }

  /** The guesses that the writer has not agreed to and that name nobody who is known here. */
  async #unknown(guesses: readonly Guess[], agreed: readonly string[]): Promise<Guess[]> {
    const unknown: Guess[] = [];
    for (const guess of guesses) {
      if (agreed.includes(guess.address) || (await this.#deps.isKnownHere(guess.address))) continue;
      unknown.push(guess);
    }
    return unknown;
  }

  #sender({ from }: Draft, rewrite: RewriteAddress): Person {
    const { name, address } = this.#deps.owner();
    return from.trim() === '' ? { name, address } : readSender(from, rewrite, ownAddressTest(this.own()));
  }

  /** Marks what was answered and removes the draft, unless it is the only copy that the owner has. */
  async #afterwards(draft: Draft, filed: boolean): Promise<void> {
    const { source, id } = draft;
    const { files } = this.#deps;
    if (source) await this.#quietly(() => files.flag(source.id, [source.kind === 'reply' ? 'R' : 'P']));
    if (id !== null && filed) await this.#quietly(() => files.remove(id));
  }

  /** For work that comes after the promise was kept: its failure must not look like the promise's. */
  async #quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch {
      return undefined;
    }
  }

  /** Where this message belongs in a conversation; the draft's own fields speak when its source is gone. */
  async #thread(draft: Draft): Promise<Thread> {
    const { files, makeDrafts } = this.#deps;
    if (draft.source?.kind === 'reply') {
      const { id } = draft.source;
      const thread = await this.#quietly(async () => makeDrafts.thread('answering', await files.raw(id)));
      if (thread) return thread;
    }
    const id = draft.id ?? draft.kept?.id;
    if (id === undefined) return noThread;
    return (await this.#quietly(async () => makeDrafts.thread('own', await files.raw(id)))) ?? noThread;
  }

  #stamp() {
    const { clock, control, random } = this.#deps;
    const dateMs = clock.nowMs();
    const unique = Buffer.from(random(12)).toString('hex');
    const messageId = `<${stamp(dateMs)}.${unique}.waypost@${displayAddress(control().idHost)}>`;
    return { dateMs, messageId, boundary: Buffer.from(random(12)).toString('hex') };
  }

  #rewriter(): RewriteAddress {
    try {
      return hostRewriter(this.#deps.control());
    } catch (error) {
      if (error instanceof UserError) throw new ApiError('failed', error.message, { cause: error });
      throw error;
    }
  }
}

/** Says why a message could not be taken apart. */
async function takingApart<T>(making: Promise<T>): Promise<T> {
  try {
    return await making;
  } catch (error) {
    if (!(error instanceof NotTakenApart)) throw error;
    throw new ApiError('failed', `This message cannot be taken apart: ${error.message}.`, { cause: error });
  }
}
