// Last page of the guide: what was saved, and what a person may want next.
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';

const words = text.guide;

export function DonePage({ app }: { app: App }) {
  const { guide } = app;
  const { address, protocol } = guide.fields.value;
  const role = guide.role.value;
  if (role !== 'provider') {
    return (
      <>
        <p>{words.doneHost}</p>
        {role === 'exchanger' && <p>{words.doneExchanger}</p>}
        {role === 'hub' && <p>{words.doneHub}</p>}
        <div class="guide-end">
          <Button kind="go" onClick={() => app.go(role === 'hub' ? 'links' : 'mail')}>
            {role === 'hub' ? words.toLinks : words.toInbox}
          </Button>
        </div>
      </>
    );
  }
  return (
    <>
      <p>{words.doneProvider(address)}</p>
      <p>{protocol === 'none' ? words.doneNot : words.doneFetching}</p>
      <div class="guide-end">
        <Button kind="go" onClick={() => app.go('mail')}>
          {words.toInbox}
        </Button>
        <Button icon="write" onClick={() => void app.write()}>
          {words.write}
        </Button>
        <Button icon="plus" onClick={() => void guide.addAnother()}>
          {words.anotherAddress}
        </Button>
      </div>
    </>
  );
}
