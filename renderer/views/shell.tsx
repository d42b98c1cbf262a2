// The frame of the window: Write and search on top, places on the left, the host's state at the bottom.
import type { Place } from '../../core/api/transport/desktop.ts';
import { type App, places } from '../models/app.ts';
import { waits } from '../models/links/describe-link.ts';
import { text } from '../text/en.ts';
import { Icon } from '../ui/icon.tsx';
import { ids } from './focus.ts';
import { GuideView } from './guide/guide-view.tsx';
import { KeySheet } from './key-sheet.tsx';
import { LinksPlace } from './links/links-place.tsx';
import { MailPlace } from './mail/mail-place.tsx';
import { QueuePlace } from './queue/queue-place.tsx';
import { RefusedPage, RefusedStrip } from './refused-page.tsx';
import { RulesPlace } from './rules/rules-place.tsx';
import { SettingsPlace } from './settings.tsx';
import { StatusBar } from './status-bar.tsx';
import { StatusPlace } from './status-place.tsx';
import { ToastList } from './toast-list.tsx';
import { TopBar } from './top-bar.tsx';

export function Shell({ app }: { app: App }) {
  const connection = app.connection.state.value;
  const refusal = connection.kind === 'refused' ? connection.why : undefined;
  // What is on screen stays: a message may be being written.
  if (refusal !== undefined && !app.host.status.value) return <RefusedPage why={refusal} />;
  return (
    <>
      <a class="skip" href={`#${ids.content}`} onClick={skip}>
        {text.shell.skip}
      </a>
      <TopBar app={app} />
      {refusal !== undefined && <RefusedStrip why={refusal} />}
      <Rail app={app} />
      <main id={ids.content} tabIndex={-1}>
        {app.guide.open.value ? <GuideView app={app} /> : <PlaceView app={app} />}
      </main>
      <p class="unseen" aria-live="polite">
        {app.arrivals.value}
      </p>
      <ToastList toasts={app.toasts} />
      <StatusBar app={app} />
      {app.sheet.value && <KeySheet app={app} />}
    </>
  );
}

/** The fragment of the address names the place, so this link moves the focus itself. */
function skip(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById(ids.content)?.focus();
}

function PlaceView({ app }: { app: App }) {
  switch (app.place.value) {
    case 'mail':
      return <MailPlace app={app} />;
    case 'queue':
      return <QueuePlace app={app} />;
    case 'rules':
      return <RulesPlace app={app} />;
    case 'links':
      return <LinksPlace app={app} />;
    case 'status':
      return <StatusPlace app={app} />;
    case 'settings':
      return <SettingsPlace app={app} />;
  }
}

function Rail({ app }: { app: App }) {
  const status = app.host.status.value;
  const waiting = waits(app.links.all.value ?? []);
  const counts: Partial<Record<Place, { count: number; label: string }>> = {
    mail: { count: status?.unread ?? 0, label: text.shell.unread(status?.unread ?? 0) },
    queue: { count: status?.waiting ?? 0, label: text.shell.waiting(status?.waiting ?? 0) },
    links: { count: waiting, label: text.shell.waiting(waiting) },
  };
  return (
    <nav class="rail" aria-label={text.places.navigation}>
      {places.map(place => {
        const badge = counts[place];
        return (
          <a
            key={place}
            href={`#/${place}`}
            aria-current={app.place.value === place && !app.guide.open.value ? 'page' : undefined}
            // The address may name this place already.
            onClick={() => app.guide.close()}
          >
            <Icon name={place} />
            <span>{text.places[place]}</span>
            {badge !== undefined && badge.count > 0 && (
              <span class={place === 'mail' ? 'badge' : 'badge waits'}>
                <span aria-hidden="true">{badge.count > 99 ? '99+' : badge.count}</span>
                <span class="unseen">, {badge.label}</span>
              </span>
            )}
          </a>
        );
      })}
    </nav>
  );
}
