// The form in which a message is written. When it is closed, the focus returns to where it came from.
import { useEffect, useRef } from 'preact/hooks';
import type { Draft } from '../../../core/api/compose.ts';
import type { App } from '../../models/app.ts';
import type { Saving } from '../../models/compose/autosave.ts';
import { writingPosition } from '../../models/compose/caret.ts';
import { text } from '../../text/en.ts';
import { clockTime } from '../../text/format.ts';
import { Button } from '../../ui/button.tsx';
import { focusList, ids, isFocusLost } from '../focus.ts';
import { AttachButton, DraftFiles } from './draft-files.tsx';
import { Fields } from './fields.tsx';
import { LinkForecastNote } from './link-forecast-note.tsx';
import { localFiles } from './local-files.ts';
import { SendBlockerBar } from './send-blocker-bar.tsx';
import { useDrop } from './use-drop.ts';

export function ComposerView({ app }: { app: App }) {
  const { composer } = app;
  const draft = composer.draft.value;
  const body = useRef<HTMLTextAreaElement>(null);
  const drop = useDrop(files => void composer.attach(localFiles(files)));

  useEffect(() => {
    const before = document.activeElement;
    const area = body.current;
    if (area) {
      // Also for a focus that comes later by the keyboard: the browser would put the caret after all words.
      const at = writingPosition(area.value, app.host.settings.peek()?.answers ?? 'above');
      area.setSelectionRange(at, at);
      // Scrolls to the caret, with some of the quote above it.
      area.scrollTop = area.scrollHeight * (at / Math.max(1, area.value.length)) - area.clientHeight / 2;
    }
    if (area && composer.draft.peek()?.to) area.focus();
    else document.getElementById('compose-to')?.focus();
    return () => {
      // This runs a little later: the focus may have moved on meanwhile, and stays there then.
      if (!isFocusLost()) return;
      if (before instanceof HTMLElement && before !== document.body && before.isConnected) before.focus();
      else focusList();
    };
  }, []);

  if (!draft) return null;
  const title = draft.source ? text.composer.titles[draft.source.kind] : text.composer.titles.new;
  return (
    <section
      id={ids.composer}
      class={`composer${drop.over ? ' over' : ''}`}
      aria-label={text.composer.label}
      {...drop.handlers}
      onKeyDown={event => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          void composer.send();
        } else if (event.key === 'Escape') {
          event.preventDefault();
          void composer.close();
        }
      }}
    >
      <header>
        <h2>{title}</h2>
        <span class="saved" aria-live="polite">
          {savedWords(composer.saving.value)}
        </span>
        <Button kind="quiet" icon="close" onClick={() => void composer.close()}>
          {text.composer.close}
        </Button>
      </header>
      <Fields composer={composer} draft={draft} usual={usualSender(app)} />
      {draft.kept && (
        <p class="kept" role="note">
          {text.composer.kept(keptWords(draft.kept))}
        </p>
      )}
      <textarea
        ref={body}
        class="body"
        dir="auto"
        aria-label={text.composer.body}
        value={draft.text}
        readOnly={composer.sending.value}
        spellcheck
        onInput={event => composer.set('text', event.currentTarget.value)}
      />
      {drop.over && <p class="drop-note">{text.composer.drop}</p>}
      <DraftFiles composer={composer} files={draft.files} />
      <LinkForecastNote forecasts={composer.forecast.value} />
      <SendBlockerBar composer={composer} />
      <footer>
        <Button
          kind="go"
          icon="send"
          hotkey="Ctrl+Enter"
          disabled={composer.sending.value}
          onClick={() => void composer.send()}
        >
          {composer.sending.value ? text.composer.sending : text.composer.send}
        </Button>
        <AttachButton composer={composer} />
        <span class="gap" />
        <Button kind="quiet" icon="trash" disabled={composer.sending.value} onClick={() => void composer.discard()}>
          {text.composer.discard}
        </Button>
      </footer>
    </section>
  );
}

function keptWords({ formatting, fields }: NonNullable<Draft['kept']>): string[] {
  return [
    ...(formatting ? [text.composer.keptFormatting] : []),
    ...(fields.length > 0 ? [text.composer.keptFields(fields.join(', '))] : []),
  ];
}

function usualSender(app: App): { name: string; address: string } {
  const address = app.host.status.value?.owner.from ?? '';
  return { name: app.host.settings.value?.name ?? '', address };
}

function savedWords(saving: Saving): string {
  switch (saving.kind) {
    case 'saved':
      return text.composer.saved(clockTime(saving.atMs));
    case 'saving':
      return text.composer.saving;
    case 'failed':
      return text.composer.notSaved(saving.why);
    case 'unsaved':
      return text.composer.unsaved;
    case 'untouched':
      return '';
  }
}
