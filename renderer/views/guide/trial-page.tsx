// The guide: the trial, step by step, with what the servers said, and what to do where one failed.
import type { Trial, TrialStep } from '../../../core/api/guide.ts';
import type { App } from '../../models/app.ts';
import type { GuideModel } from '../../models/guide/guide.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';

const words = text.guide;

const icons: Readonly<Record<TrialStep['state'], IconName>> = {
  waiting: 'more',
  running: 'retry',
  done: 'check',
  unsure: 'warn',
  failed: 'warn',
};

export function TrialPage({ app: { guide } }: { app: App }) {
  const trial = guide.trial.value;
  if (!trial) return null;
  return (
    <>
      <div class="guide-end trial-state">
        <p role="status">{words[trial.state]}</p>
        <Buttons guide={guide} trial={trial} />
      </div>
      <ol class="icon-list trial">
        {trial.steps.map(step => (
          <Step key={step.step} step={step} />
        ))}
      </ol>
      {trial.state !== 'failed' && trial.files.length > 0 && <Files trial={trial} />}
    </>
  );
}

function Step({ step: { step, state, says, advice } }: { step: TrialStep }) {
  return (
    <li class={state}>
      <Icon name={icons[state]} />
      <div>
        <p>
          <b>{words.steps[step]}</b> <span class="state">{words.states[state]}</span>
        </p>
        {advice !== '' && <p class="advice">{advice}</p>}
        {says.length > 0 && (
          <details open={state === 'failed' || state === 'unsure'}>
            <summary class="small">{words.said}</summary>
            <pre class="mono">{says.join('\n')}</pre>
          </details>
        )}
      </div>
    </li>
  );
}

function Files({ trial: { files } }: { trial: Trial }) {
  return (
    <details class="planned">
      <summary class="small">{words.files(files.length)}</summary>
      {files.map(({ path, text: contents }) => (
        <div key={path}>
          <code>{path}</code>
          <pre class="mono">{contents ?? words.removed}</pre>
        </div>
      ))}
    </details>
  );
}

function Buttons({ guide, trial: { state } }: { guide: GuideModel; trial: Trial }) {
  const isSavable = state === 'good' || state === 'unsure';
  const busy = guide.busy.value;
  return (
    <>
      {state === 'running' && <Button onClick={() => void guide.stop()}>{words.stop}</Button>}
      {isSavable && (
        <Button kind="go" disabled={busy} onClick={guide.next}>
          {state === 'good' ? words.save : words.saveUnsure}
        </Button>
      )}
      {state !== 'running' && (
        <>
          <Button kind={isSavable ? 'plain' : 'go'} onClick={guide.back}>
            {words.change}
          </Button>
          {state !== 'good' && (
            <Button disabled={busy} onClick={guide.retry}>
              {words.retry}
            </Button>
          )}
        </>
      )}
    </>
  );
}
