// The buttons beside a message in the queue.
import type { QueueRow } from '../../../core/api/queue.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import type { IconName } from '../../ui/icon.tsx';

export function RowActions({ app, row }: { app: App; row: QueueRow }) {
  const { queue } = app;
  const { actions } = queue;
  const who = row.recipients[0]?.address ?? '';
  const small = (icon: IconName, words: string, run: () => unknown) => (
    <Button kind="quiet" icon={icon} iconOnly label={text.queue.doFor(words, who)} onClick={() => void run()}>
      {words}
    </Button>
  );
  return (
    <>
      <Button
        icon="retry"
        label={text.queue.doFor(text.queue.retry, who)}
        disabled={row.nextTryMs === null}
        onClick={() => void queue.retry([row.id])}
      >
        {text.queue.retry}
      </Button>
      <div class="more">
        {small('draft', text.queue.view, () => actions.view(row))}
        {row.held
          ? small('release', text.queue.release, () => actions.release(row))
          : small('hold', text.queue.hold, () => actions.hold(row))}
        {small('reply', text.queue.returnToSender, () => actions.ask('bounce', row))}
        {small('trash', text.queue.remove, () => actions.ask('remove', row))}
      </div>
    </>
  );
}
