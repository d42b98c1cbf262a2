// The sheet of keyboard shortcuts.
import type { App } from '../models/app.ts';
import { text } from '../text/en.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { createShortcuts } from './shortcuts.ts';

/** Lists the same table that the keys are handled by. */
export function KeySheet({ app }: { app: App }) {
  const shortcuts = createShortcuts(app);
  const close = () => app.showSheet(false);
  return (
    <Dialog title={text.keys.title} onClose={close}>
      <div class="sheet">
        {Object.values(text.keys.groups).map(group => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {shortcuts
                .filter(shortcut => shortcut.group === group)
                .map(({ keys, label }) => (
                  <div key={keys}>
                    <dt>
                      {keys.split(' ').map(part => (
                        <kbd key={part}>{part}</kbd>
                      ))}
                    </dt>
                    <dd>{label}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <div class="dialog-end">
        <Button onClick={close}>{text.shell.close}</Button>
      </div>
    </Dialog>
  );
}
