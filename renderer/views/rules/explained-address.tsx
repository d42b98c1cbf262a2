// Explains what would happen to mail for an address: first the outcome, then each step with the file and line that decide it.
import { useEffect, useRef } from 'preact/hooks';
import type { Reply } from '../../../core/api/contract.ts';
import type { ExplainModel } from '../../models/rules/explain.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';

type Answer = Reply<'explain.address'>;
type Outcome = Answer['verdict']['outcome'];
type Kind = Answer['verdict']['deliveries'][number]['kind'];

const outcomeIcons: Record<Outcome, IconName> = {
  done: 'inbox',
  link: 'links',
  remote: 'send',
  later: 'hold',
  never: 'refuse',
  unknown: 'hold',
};
const kindIcons: Record<Kind, IconName> = {
  maildir: 'folder',
  mbox: 'archive',
  program: 'settings',
  forward: 'forward',
};

export function ExplainedAddress({ explain, answer, home }: { explain: ExplainModel; answer: Answer; home: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [answer.address]);
  const { verdict } = answer;
  const asksDns = answer.steps.some(step => step.stage === 'dns');
  return (
    <section class="explained" aria-label={text.explain.title(answer.address)}>
      <div class="title">
        <h2 ref={heading} tabIndex={-1}>
          {answer.address}
        </h2>
        <Button kind="quiet" icon="close" onClick={() => explain.close()}>
          {text.explain.close}
        </Button>
      </div>
      <Verdict verdict={verdict} />
      {answer.channel === 'remote' && !asksDns && (
        <Button icon="search" disabled={explain.busy.value} onClick={() => void explain.askDns()}>
          {text.explain.askDns}
        </Button>
      )}
      <h3>{text.explain.steps}</h3>
      <ol class="trail" aria-label={text.explain.steps}>
        {answer.steps.map((step, index) => (
          <li key={index}>
            <span>{step.says}</span>
            {step.file !== null && <code>{place(step.file, step.line, home)}</code>}
          </li>
        ))}
      </ol>
      <p class="path">{text.explain.nothingRan}</p>
    </section>
  );
}

function Verdict({ verdict }: { verdict: Answer['verdict'] }) {
  return (
    <div class={`card verdict ${verdict.outcome}`}>
      <Icon name={outcomeIcons[verdict.outcome]} />
      <div>
        <b>{text.explain.outcomes[verdict.outcome]}</b>
        {verdict.outcome !== 'done' && <p>{verdict.text.trim()}</p>}
        {verdict.deliveries.length > 0 && (
          <ul aria-label={text.explain.deliveries}>
            {verdict.deliveries.map((delivery, index) => (
              <li key={index}>
                <Icon name={kindIcons[delivery.kind]} />
                <span>
                  {text.explain.kinds[delivery.kind]} <code>{delivery.to}</code>
                </span>
              </li>
            ))}
          </ul>
        )}
        {verdict.outcome === 'done' && verdict.deliveries.length === 0 && <p>{text.explain.thrownAway}</p>}
        {verdict.newSender !== null && verdict.newSender !== '' && (
          <p>
            {text.explain.newSender} <code>{verdict.newSender}</code>
          </p>
        )}
        {verdict.hosts.length > 0 && (
          <p>
            {text.explain.hosts} <code>{verdict.hosts.join(', ')}</code>
          </p>
        )}
      </div>
    </div>
  );
}

/** `control/locals:1` for files of the host's home, the whole path for others. */
function place(file: string, line: number | null, home: string): string {
  const name = file.startsWith(`${home}/`) ? file.slice(home.length + 1) : file;
  return line === null ? name : `${name}:${line}`;
}
