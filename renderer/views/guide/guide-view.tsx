// The guide in place of a place: a heading, one page, and the buttons that lead to the next and back.
import { useEffect, useRef } from 'preact/hooks';
import type { App } from '../../models/app.ts';
import type { GuidePage } from '../../models/guide/guide.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { DonePage } from './done-page.tsx';
import { HostPage } from './host-page.tsx';
import { RolePage } from './role-page.tsx';
import { ServersPage } from './servers-page.tsx';
import { TrialPage } from './trial-page.tsx';
import { WhoPage } from './who-page.tsx';

export function GuideView({ app }: { app: App }) {
  const { guide } = app;
  const page = guide.page.value;
  const heading = useRef<HTMLHeadingElement>(null);
  // Each page is announced by its heading, and the next Tab leads into it.
  useEffect(() => heading.current?.focus(), [page]);
  const pages = guide.pages.value;
  return (
    <form
      class="pane settings guide"
      aria-label={text.guide.title}
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (page !== 'trial') guide.next();
      }}
    >
      <header>
        <h1 ref={heading} tabIndex={-1}>
          {titleOf(app, page)}
        </h1>
        <small class="of-pages">{text.guide.page(pages.indexOf(page) + 1, pages.length)}</small>
      </header>
      <Page app={app} page={page} />
      <Buttons app={app} page={page} />
    </form>
  );
}

function titleOf({ guide }: App, page: GuidePage): string {
  if (page === 'done' && guide.role.value !== 'provider') return text.guide.pages.doneHost;
  return text.guide.pages[page];
}

function Page({ app, page }: { app: App; page: GuidePage }) {
  switch (page) {
    case 'role':
      return <RolePage app={app} />;
    case 'who':
      return <WhoPage app={app} />;
    case 'servers':
      return <ServersPage app={app} />;
    case 'names':
      return <HostPage app={app} />;
    case 'trial':
      return <TrialPage app={app} />;
    case 'done':
      return <DonePage app={app} />;
  }
}

function Buttons({ app: { guide }, page }: { app: App; page: GuidePage }) {
  const busy = guide.busy.value;
  if (page === 'trial' || page === 'done') return null;
  const isTry = page === 'servers' || page === 'names';
  return (
    <div class="guide-end">
      <button type="submit" class="btn go" disabled={busy || guide.present.value === undefined}>
        {isTry ? text.guide.tryIt : text.guide.next}
      </button>
      {page !== 'role' && <Button onClick={guide.back}>{text.guide.back}</Button>}
      <span class="gap" />
      <Button kind="quiet" onClick={() => void guide.skip()}>
        {text.guide.skip}
      </Button>
    </div>
  );
}
