// How the body of the open message is shown: as text, as HTML, or as its source, which is fetched when it is asked for.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import type { Message } from '../../../core/api/mail.ts';
import type { Preferences } from '../preferences.ts';
import type { Toasts } from '../toasts.ts';

type View = 'text' | 'html' | 'source';

interface Source {
  readonly text: string;
  readonly cut: boolean;
}

export interface BodyView {
  readonly view: ReadonlySignal<View>;
  readonly fixed: ReadonlySignal<boolean>;
  readonly source: ReadonlySignal<Source | undefined>;
  showAs(view: View): void;
  setFixed(fixed: boolean): void;
  /** A message was fetched: shows it as the owner last chose, where it has that. */
  begin(message: Message): void;
  /** Another message was asked for, or none. */
  clear(): void;
}

export interface BodyViewDeps {
  readonly api: Api;
  readonly toasts: Toasts;
  readonly preferences: Preferences;
  /** The message that was asked for. */
  readonly id: ReadonlySignal<string | undefined>;
}

export function createBodyView({ api, toasts, preferences, id }: BodyViewDeps): BodyView {
  const view = signal<View>('text');
  const fixed = signal(preferences.get('fixed') === 'yes');
  const source = signal<Source>();

  async function fetchSource(wanted: string): Promise<void> {
    try {
      const found = await api.call('mail.source', { id: wanted });
      if (id.value === wanted) source.value = found;
    } catch (error) {
      toasts.failed(error);
    }
  }

  return {
    view,
    fixed,
    source,
    showAs(wanted) {
      view.value = wanted;
      if (wanted !== 'source') preferences.set('body', wanted);
      else if (id.value && !source.value) fetchSource(id.value);
    },
    setFixed(on) {
      fixed.value = on;
      preferences.set('fixed', on ? 'yes' : 'no');
    },
    begin({ html }) {
      view.value = html !== null && preferences.get('body') === 'html' ? 'html' : 'text';
    },
    clear() {
      source.value = undefined;
    },
  };
}
