// The configuration as the host understands it: possible problems first, then every control file in words.
import { useEffect } from 'preact/hooks';
import type { Reply } from '../../core/api/contract.ts';
import type { ConfigurationModel } from '../models/configuration.ts';
import { text } from '../text/en.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

type Found = Reply<'host.configuration'>;

export function Configuration({ configuration }: { configuration: ConfigurationModel }) {
  useEffect(() => void configuration.check(), []);
  const found = configuration.found.value;
  const words = text.settings.configuration;
  return (
    <section>
      <h2>{words.title}</h2>
      {found && (
        <>
          <Findings findings={found.findings} />
          <Button icon="search" disabled={configuration.busy.value} onClick={() => void configuration.check(true)}>
            {words.askDns}
          </Button>
          <details class="control-files">
            <summary>{words.files(found.files.length)}</summary>
            <dl class="facts">
              {found.files.map(file => (
                <div key={file.name} class={`setting ${file.isDefault ? 'default' : ''}`}>
                  <dt class="mono">{file.name}</dt>
                  <dd>
                    {file.says.map((sentence, index) => (
                      <p key={index}>{sentence}</p>
                    ))}
                    {file.isDefault && <small>{words.byDefault}</small>}
                  </dd>
                </div>
              ))}
            </dl>
          </details>
        </>
      )}
    </section>
  );
}

function Findings({ findings }: { findings: Found['findings'] }) {
  const words = text.settings.configuration;
  if (findings.length === 0) return <p class="note">{words.nothing}</p>;
  return (
    <ul class="icon-list findings" aria-label={words.found}>
      {findings.map((finding, index) => (
        <li key={index} class={finding.severity}>
          <Icon name={finding.severity === 'warning' ? 'warn' : 'write'} />
          <div>
            <p>
              <b>{words.severities[finding.severity]}</b>{' '}
              <code>{finding.line === null ? finding.file : `${finding.file}:${finding.line}`}</code>
            </p>
            <p>{finding.text}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
