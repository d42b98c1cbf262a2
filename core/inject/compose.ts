// The composer's side of the Api: drafts in the Drafts mailbox, and sending: into the queue first, then a copy into
// Sent. What the queue has taken counts as sent, whatever happens to the copy.
import type { Draft } from '../api/compose.ts';
import type { HandlersOf } from '../api/contract.ts';
import { ApiError } from '../api/errors.ts';
import type { Control } from '../control/control.ts';
import type { Clock } from '../lib/clock.ts';
import type { MessageFiles } from '../lib/message-files.ts';
import type { Accept } from '../lib/paper-path.ts';
import { NotTakenApart } from '../lib/taken-apart.ts';
import { UserError } from '../lib/user-error.ts';
import { addressFromText, displayAddress, splitAddress } from '../message/address.ts';
import type { RewriteAddress } from '../message/address-list.ts';
import { hostRewriter } from '../message/rewrite.ts';
import { stamp } from './added-fields.ts';
import { type Person, parseTypedList } from './compose-addresses.ts';
import { buildMessage, nobodyNamed } from './compose-mime.ts';
import { newDraft } from './compose-start.ts';
import { buildDraft } from './draft-file.ts';
import type { MakeDrafts, OwnAddresses } from './make-drafts.ts';
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
    'compose.open': async ({ id }) => takingApart(deps.makeDrafts.open(id, await deps.files.raw(id))),
    'compose.save': async draft => ({ id: await composer.save(draft) }),
    async 'compose.discard'({ id }) {
      mustBeDraft(id);
      await deps.files.remove(id);
      return {};
    },
    'compose.send': draft => composer.send(draft),
  };
}

class Composer {
  readonly #deps: ComposeDeps;

  constructor(deps: ComposeDeps) {
    this.#deps = deps;
  }

  own(): OwnAddresses {
    const { owner, control } = this.#deps;
    const { user, address } = owner();
    return { user, address, locals: [...control().locals] };
  }

  /** @returns the id of the new file; the one that it replaces is removed afterwards */
  async save(draft: Draft): Promise<string> {
    if (draft.id !== null) mustBeDraft(draft.id);
    const fresh = { ...this.#stamp(), ...(await this.#thread(draft)) };
    const raw = await buildDraft(draft, fresh, this.#rewriter());
    const id = await this.#deps.files.add(drafts, raw, ['D', 'S']);
    if (draft.id !== null) await this.#quietly(() => this.#deps.files.remove(draft.id as string));
    return id;
  }

  async send(draft: Draft): Promise<{ queued: number; recipients: number; sent: string | null }> {
    if (draft.id !== null) mustBeDraft(draft.id);
    const { to, cc, recipients } = this.#addressees(draft);
    const fresh = { ...this.#stamp(), ...(await this.#thread(draft)) };
    const raw = await buildMessage({
      ...fresh,
      to,
      cc,
      bcc: [],
      subject: draft.subject.trim(),
      text: draft.text,
      purpose: 'send',
      files: draft.files,
      extraFields: {},
      listLines: to.length + cc.length === 0 ? nobodyNamed : '',
    });
    const invoker = { uid: process.getuid?.() ?? 0 };
    const envelope = { sender: addressFromText(this.#deps.owner().address), recipients };
    const accepted = await this.#deps.accept([raw], envelope, invoker);
    if (!accepted.ok) {
      throw new ApiError(accepted.permanent ? 'refused' : 'failed', `The message was not queued: ${accepted.text}`);
    }
    const copy = await this.#quietly(() => this.#deps.files.add(sent, raw, ['S']));
    await this.#afterwards(draft, copy !== undefined);
    return { queued: accepted.id, recipients: recipients.length, sent: copy ?? null };
  }

  /** The people of the lists that are shown, and everyone who is to get the message, nobody twice. */
  #addressees(draft: Draft) {
    const rewrite = this.#rewriter();
    const to = readList('To', draft.to, rewrite);
    const cc = readList('Cc', draft.cc, rewrite);
    const bcc = readList('Bcc', draft.bcc, rewrite);
    const recipients = new Set([...to, ...cc, ...bcc].map(person => envelopeAddress(person.address)));
    if (recipients.size === 0) {
      throw new ApiError('invalid', 'Nobody is named in To, Cc or Bcc: say who is to get this message.');
    }
    return { to, cc, recipients: [...recipients] };
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
    const { id } = draft;
    if (id === null) return noThread;
    return (await this.#quietly(async () => makeDrafts.thread('own', await files.raw(id)))) ?? noThread;
  }

  #stamp() {
    const { owner, clock, control, random } = this.#deps;
    const { name, address } = owner();
    const dateMs = clock.nowMs();
    const unique = Buffer.from(random(12)).toString('hex');
    const messageId = `<${stamp(dateMs)}.${unique}.waypost@${displayAddress(control().idHost)}>`;
    return { from: { name, address }, dateMs, messageId, boundary: Buffer.from(random(12)).toString('hex') };
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

function mustBeDraft(id: string): void {
  if (!id.startsWith(`${drafts}/`)) throw new ApiError('invalid', `${id} is not a draft.`);
}

function readList(field: string, text: string, rewrite: RewriteAddress): readonly Person[] {
  const list = parseTypedList(text, rewrite);
  if (list.ok) return list.people;
  throw new ApiError(
    'invalid',
    `${field}: “${list.part.slice(0, 200)}” is not an address. Write name@host, and commas between addresses.`,
  );
}

/** Hosts are the same in any case: one spelling, so that nobody gets two copies. */
function envelopeAddress(address: string): string {
  const { local, host } = splitAddress(addressFromText(address));
  return `${local}@${host?.toLowerCase()}`;
}
