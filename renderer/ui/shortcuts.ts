// Keyboard shortcuts: one table for the keys and for the sheet that lists them. They do nothing while text is typed.

export interface Shortcut {
  /** As pressed: `j`, `#`, `Enter`, `Ctrl+a` (also with the Command key), or two in sequence: `g m`. */
  readonly keys: string;
  readonly label: string;
  readonly group: string;
  /** False when the shortcut does not apply now: the key keeps its ordinary meaning. */
  run(): boolean | undefined;
}

const sequenceMs = 1_500;

/** True for elements in which text is typed. */
function takesLetters(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return target instanceof HTMLInputElement && !['radio', 'checkbox', 'button', 'file'].includes(target.type);
}

/** Buttons and links handle Enter themselves. */
function takesEnter(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a[href], summary, input, label') !== null;
}

const shifted: Readonly<Record<string, string>> = { Digit3: '#', Digit8: '*', Slash: '?' };
const plain: Readonly<Record<string, string>> = { Slash: '/' };

/**
 * The key as on a Latin keyboard. On a layout with other letters the position counts, also for `#`, `*`, `?` and `/`, which
 * such a layout may have elsewhere (`№` instead of `#`).
 */
function latinKey({ key, code, shiftKey }: KeyboardEvent): string {
  if (key.length !== 1 || key <= '~') return key;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return shiftKey ? letter : letter.toLowerCase();
  return (shiftKey ? shifted : plain)[code] ?? key;
}

/** A handler for `keydown` on the document. */
export function shortcutHandler(shortcuts: readonly Shortcut[], nowMs: () => number): (event: KeyboardEvent) => void {
  let prefix = '';
  let prefixMs = 0;
  return event => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    const control = event.ctrlKey || event.metaKey;
    if (control && event.shiftKey) return;
    if (takesLetters(event.target) || document.querySelector('dialog[open]')) return;
    if (event.key === 'Enter' && takesEnter(event.target)) return;
    const key = control ? `Ctrl+${latinKey(event)}` : latinKey(event);
    const pending = nowMs() - prefixMs < sequenceMs && !control ? prefix : '';
    prefix = '';
    const keys = pending ? `${pending} ${key}` : key;
    if (!pending && shortcuts.some(shortcut => shortcut.keys.startsWith(`${keys} `))) {
      prefix = keys;
      prefixMs = nowMs();
      event.preventDefault();
      return;
    }
    const found = shortcuts.find(shortcut => shortcut.keys === keys);
    if (found && found.run() !== false) event.preventDefault();
  };
}
