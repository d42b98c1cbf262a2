// The line at the bottom that shows the host's state.
import type { HostStatus } from '../../core/api/host.ts';
import type { LinkStatus } from '../../core/api/links.ts';
import type { App } from '../models/app.ts';
import { statusWords } from '../models/links/describe-link.ts';
import { text } from '../text/en.ts';
import { listener, nextTime } from '../text/format.ts';
import type { ConnectionState } from '../transport/connection.ts';
import { Button } from '../ui/button.tsx';

export function StatusBar({ app }: { app: App }) {
  const connection = app.connection.state.value;
  const status = app.host.status.value;
  return (
    <footer class="bar">
      <p role="status" aria-label={text.status.label}>
        {connection.kind === 'up' && status ? (
          <Facts status={status} links={app.links.all.value ?? []} nowMs={app.nowMs.value} />
        ) : (
          <span class={connection.kind === 'connecting' ? '' : 'bad'}>{lineWords(connection.kind)}</span>
        )}
      </p>
      {connection.kind === 'down' && (
        <>
          <span>{text.status.hint}</span>
          <Button kind="quiet" onClick={() => app.connection.retryNow()}>
            {text.status.retry}
          </Button>
        </>
      )}
    </footer>
  );
}

interface FactsProps {
  readonly status: HostStatus;
  readonly links: readonly LinkStatus[];
  readonly nowMs: number;
}

function Facts({ status, links, nowMs }: FactsProps) {
  const link = statusWords(links, nowMs);
  return (
    <>
      <span>{status.smtp ? text.status.taking(listener(status.smtp)) : text.status.notTaking}</span>
      <span class={status.waiting > 0 ? 'wait' : ''}>{waitingWords(status, nowMs)}</span>
      {link.words !== '' && <span class={link.tone}>{link.words}</span>}
      <span>
        {text.status.disk('')}
        <span class="mono">{status.owner.maildir}</span>
      </span>
    </>
  );
}

function lineWords(kind: ConnectionState['kind']): string {
  if (kind === 'down') return text.status.unreachable;
  return kind === 'refused' ? text.status.refused : text.status.reconnecting;
}

function waitingWords(status: HostStatus, nowMs: number): string {
  if (status.waiting === 0) return text.status.nothing;
  if (status.held === status.waiting) return text.status.held(status.waiting);
  if (status.nextTryMs === null && status.waitsForLinks)
    return text.status.forLinks(status.waiting, status.waitsForLinks);
  if (status.nextTryMs === null) return text.status.running(status.waiting);
  return text.status.waiting(status.waiting, nextTime(status.nextTryMs, nowMs));
}
