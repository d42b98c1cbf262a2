// The fields above the text: From, the recipients, and the subject.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Draft } from '../../../core/api/compose.ts';
import type { Composer } from '../../models/compose/composer.ts';
import { senderChoices } from '../../models/compose/senders.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';

type AddressField = 'to' | 'cc' | 'bcc' | 'replyTo';

interface FieldsProps {
  readonly composer: Composer;
  readonly draft: Draft;
  /** The owner's usual name and address. */
  readonly usual: { readonly name: string; readonly address: string };
}

export function Fields({ composer, draft, usual }: FieldsProps) {
  const cc = useSignal(draft.cc !== '');
  const bcc = useSignal(draft.bcc !== '');
  const [replyTo] = useState(draft.replyTo !== '');
  return (
    <div class="fields">
      <From composer={composer} from={draft.from} usual={usual} />
      <Addresses composer={composer} draft={draft} field="to">
        {!cc.value && (
          <Button kind="quiet" icon="plus" onClick={() => (cc.value = true)}>
            {text.composer.addCc}
          </Button>
        )}
        {!bcc.value && (
          <Button kind="quiet" icon="plus" onClick={() => (bcc.value = true)}>
            {text.composer.addBcc}
          </Button>
        )}
      </Addresses>
      {cc.value && <Addresses composer={composer} draft={draft} field="cc" />}
      {bcc.value && <Addresses composer={composer} draft={draft} field="bcc" />}
      {replyTo && <Addresses composer={composer} draft={draft} field="replyTo" />}
      <div class="field">
        <label for="compose-subject">{text.composer.subject}</label>
        <input
          id="compose-subject"
          dir="auto"
          value={draft.subject}
          readOnly={composer.sending.value}
          spellcheck
          autocomplete="off"
          onInput={event => composer.set('subject', event.currentTarget.value)}
        />
      </div>
    </div>
  );
}

/** A choice as soon as the owner has more than one address. */
function From({ composer, from, usual }: Omit<FieldsProps, 'draft'> & { from: string }) {
  const { chosen, choices } = senderChoices(from, usual, composer.senders.value);
  const [only] = choices;
  return (
    <div class="field">
      <label for="compose-from">{text.composer.from}</label>
      {choices.length === 1 ? (
        <output id="compose-from" class="value">
          {only?.label}
        </output>
      ) : (
        <select
          id="compose-from"
          value={chosen}
          disabled={composer.sending.value}
          onChange={event => composer.set('from', event.currentTarget.value)}
        >
          {choices.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

interface AddressesProps {
  readonly composer: Composer;
  readonly draft: Draft;
  readonly field: AddressField;
  readonly children?: ComponentChildren;
}

function Addresses({ composer, draft, field, children }: AddressesProps) {
  const id = `compose-${field}`;
  const blocker = composer.blocker.value;
  const missing = field === 'to' && blocker?.kind === 'no-recipient';
  const bad = blocker?.kind === 'not-addresses' ? blocker.fields.find(each => each.field === field)?.parts : undefined;
  return (
    <div class="field">
      <label for={id}>{text.composer[field]}</label>
      <input
        id={id}
        value={draft[field]}
        readOnly={composer.sending.value}
        placeholder={field === 'to' ? text.composer.placeholderTo : undefined}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="none"
        aria-invalid={missing || bad !== undefined}
        aria-describedby={bad ? `${id}-bad` : missing ? 'compose-blocker' : undefined}
        onInput={event => composer.set(field, event.currentTarget.value)}
        onPaste={event => pasteLines(event)}
      />
      {children}
      {bad && (
        <p id={`${id}-bad`} class="bad">
          {text.composer.notAddress(bad)}
        </p>
      )}
    </div>
  );
}

/** Pastes a list with one address a line: a browser would join the lines without commas. */
function pasteLines(event: ClipboardEvent & { currentTarget: HTMLInputElement }): void {
  const pasted = event.clipboardData?.getData('text/plain') ?? '';
  if (!/[\r\n]/.test(pasted.trim())) return;
  event.preventDefault();
  const lines = pasted
    .split(/[\r\n]/)
    .map(line => line.trim().replace(/[,;]$/, ''))
    .filter(line => line !== '');
  const field = event.currentTarget;
  field.setRangeText(lines.join(', '), field.selectionStart ?? 0, field.selectionEnd ?? 0, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
}
