// The top of a link's page: how it is and how that is known, its buttons, its figures, and the contact that runs.
import type { LinkStatus } from '../../../core/api/links.ts';
import type { App } from '../../models/app.ts';
import { nextWords } from '../../models/links/describe-link.ts';
import { text } from '../../text/en.ts';
import { dateWithin, duration, listDate, size } from '../../text/format.ts';
import { Button } from '../../ui/button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Tile } from '../../ui/tile.tsx';
import { ContactProgress } from './contact-progress.tsx';
import { Mark } from './link-list.tsx';

interface LinkHeadProps {
  readonly app: App;
  readonly name: string;
  /** Undefined for a link that is not saved yet. */
  readonly link: LinkStatus | undefined;
}

export function LinkHead({ app, name, link }: LinkHeadProps) {
  const { links } = app;
  if (!link) {
    return (
      <header class="link-head">
        <h2 tabIndex={-1}>{name}</h2>
        <span class="chip wait">{text.links.notSaved}</span>
      </header>
    );
  }
  const nowMs = app.nowMs.value;
  return (
    <>
      <header class="link-head">
        <h2 tabIndex={-1}>{name}</h2>
        <Mark link={link} />
        <Buttons app={app} link={link} />
        <p class="path">
          <span>{knownWords(link, nowMs)}</span>
          <span>{nextWords(link, nowMs)}</span>
        </p>
      </header>
      {link.progress ? (
        <ContactProgress app={app} progress={link.progress} />
      ) : (
        links.view.value !== 'file' && <Figures link={link} nowMs={nowMs} />
      )}
      <Segmented
        label={text.links.view}
        value={links.view.value}
        onChange={view => links.showView(view)}
        options={(['waiting', 'history', 'file'] as const).map(value => ({ value, label: text.links.views[value] }))}
      />
    </>
  );
}

function knownWords({ because, sinceMs }: LinkStatus, nowMs: number): string {
  return sinceMs === null ? because : text.links.since(because, dateWithin(sinceMs, nowMs));
}

/** Stay offline and Exchange now (or Stop) always work. */
function Buttons({ app: { links }, link }: { app: App; link: LinkStatus }) {
  const { actions } = links;
  return (
    <div class="pair">
      <Button icon="search" onClick={() => void links.tryOut()}>
        {text.links.test}
      </Button>
      <Button icon="hold" pressed={link.offline} onClick={() => void actions.setOffline(link.name, !link.offline)}>
        {text.links.stayOffline}
      </Button>
      {link.progress ? (
        <Button kind="danger" icon="close" onClick={() => void actions.stop(link.name)}>
          {text.links.stop}
        </Button>
      ) : (
        <Button kind="go" icon="retry" onClick={() => void actions.exchange(link.name)}>
          {text.links.exchange}
        </Button>
      )}
    </div>
  );
}

/** What waits, how long it takes and what it costs; what was used today; how the last contact went. */
function Figures({ link, nowMs }: { link: LinkStatus; nowMs: number }) {
  const { waiting, keptBack, today, lastContact, currency } = link;
  const { tiles, tile, money } = text.links;
  const isPriced = waiting.cost !== null || today.cost !== null;
  return (
    <dl class="tiles">
      <Tile
        name={tiles.waiting}
        value={text.number(waiting.messages)}
        more={waiting.messages > 0 ? size(waiting.bytes) : ''}
      />
      <Tile
        name={tiles.time}
        value={
          waiting.messages === 0
            ? tile.none
            : waiting.seconds === null
              ? tile.unmeasured
              : duration(waiting.seconds * 1000)
        }
        more={waiting.messages > 0 && waiting.seconds === null ? tile.afterContact : ''}
      />
      {isPriced && <Tile name={tiles.cost} value={costWords(link)} more="" />}
      {keptBack > 0 && <Tile name={tiles.keptBack} value={text.number(keptBack)} more={tile.heldOrLarge} />}
      <Tile
        name={tiles.today}
        value={duration(today.minutes * 60_000)}
        more={tile.traffic(size(today.bytes), today.cost === null ? '' : money(today.cost, currency))}
      />
      <Tile
        name={tiles.last}
        value={lastContact ? text.links.history.ends[lastContact.end] : tile.never}
        more={lastContact ? tile.ended(lastContact.sent, listDate(lastContact.startMs, nowMs)) : ''}
      />
    </dl>
  );
}

/** The cost of a link is known when its rate is. */
function costWords({ waiting, currency }: LinkStatus): string {
  if (waiting.messages === 0) return text.links.tile.none;
  return waiting.cost === null ? text.links.tile.unmeasured : text.links.money(waiting.cost, currency);
}
