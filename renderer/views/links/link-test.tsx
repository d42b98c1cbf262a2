// The dialog with a test of a link: what was tried, and in plain words what works and what does not.
import type { LinksModel } from '../../models/links/links.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';

export function LinkTestDialog({ links }: { links: LinksModel }) {
  const { test } = links;
  const answer = test.answer.value;
  const busy = test.busy.value;
  if (!answer && !busy) return null;
  const words = text.links.testing;
  return (
    <Dialog title={words.title(answer?.name ?? links.name.value)} onClose={() => test.close()}>
      <p role="status">{busy ? words.busy : answer?.steps.every(({ ok }) => ok) ? words.good : words.bad}</p>
      {answer && !busy && (
        <ol class="icon-list tested" aria-label={words.steps}>
          {answer.steps.map((step, index) => (
            <li key={index} class={step.ok ? 'ok' : 'failed'}>
              <Icon name={step.ok ? 'check' : 'warn'} />
              <div>
                <p>
                  <b>{step.what}</b> <span class={step.ok ? 'good' : 'bad'}>{step.ok ? words.ok : words.failed}</span>
                </p>
                {step.says !== '' && <p>{step.says}</p>}
              </div>
            </li>
          ))}
        </ol>
      )}
      <div class="dialog-end">
        <Button icon="retry" disabled={busy} onClick={() => void links.tryOut()}>
          {words.again}
        </Button>
        <Button onClick={() => test.close()}>{text.shell.close}</Button>
      </div>
    </Dialog>
  );
}
