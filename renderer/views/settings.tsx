// The settings place: a few choices, which the host stores, and facts about the host.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { type HostStatus, type Settings, settingLimits } from '../../core/api/host.ts';
import type { App } from '../models/app.ts';
import { text } from '../text/en.ts';
import { listener } from '../text/format.ts';
import { Button } from '../ui/button.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { Configuration } from './configuration.tsx';

export function SettingsPlace({ app }: { app: App }) {
  const settings = app.host.settings.value;
  const status = app.host.status.value;
  const change = (patch: Partial<Settings>) => void app.host.change(patch);
  return (
    <div class="pane settings">
      <header>
        <h1>{text.settings.title}</h1>
      </header>
      <section>
        <h2>{text.guide.again}</h2>
        <div class="setting">
          <Button onClick={() => void app.guide.show()}>{text.guide.again}</Button>
          <p>{text.guide.againHint}</p>
        </div>
      </section>
      {settings && (
        <>
          <section>
            <h2>{text.settings.look}</h2>
            <div class="setting">
              <span>{text.settings.theme}</span>
              <Segmented
                label={text.settings.theme}
                value={settings.theme}
                onChange={theme => change({ theme })}
                options={(['system', 'light', 'dark'] as const).map(value => ({
                  value,
                  label: text.settings.themes[value],
                }))}
              />
            </div>
          </section>
          <section>
            <h2>{text.settings.writing}</h2>
            <Field label={text.settings.name} hint={text.settings.nameHint}>
              {id => (
                <input
                  id={id}
                  value={settings.name}
                  maxLength={settingLimits.name}
                  autocomplete="name"
                  aria-describedby={`${id}-hint`}
                  onChange={event => change({ name: event.currentTarget.value })}
                />
              )}
            </Field>
            <Field label={text.settings.signature} hint={text.settings.signatureHint}>
              {id => (
                <textarea
                  id={id}
                  rows={4}
                  value={settings.signature}
                  maxLength={settingLimits.signature}
                  aria-describedby={`${id}-hint`}
                  onChange={event => change({ signature: event.currentTarget.value })}
                />
              )}
            </Field>
            <div class="setting">
              <span>{text.settings.answers}</span>
              <Segmented
                label={text.settings.answers}
                value={settings.answers}
                onChange={answers => change({ answers })}
                options={(['above', 'below'] as const).map(value => ({
                  value,
                  label: text.settings.answerPlaces[value],
                }))}
              />
            </div>
          </section>
          {app.desktop && <Desktop settings={settings} change={change} />}
        </>
      )}
      {status && <HostFacts status={status} />}
      <Configuration configuration={app.configuration} />
    </div>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint: string;
  readonly children: (id: string) => ComponentChildren;
}

function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  return (
    <div class="setting">
      <label for={id}>{label}</label>
      <div>
        {children(id)}
        <p id={`${id}-hint`}>{hint}</p>
      </div>
    </div>
  );
}

function Desktop({ settings, change }: { settings: Settings; change: (patch: Partial<Settings>) => void }) {
  const notify = useId();
  return (
    <section>
      <h2>{text.settings.desktop}</h2>
      <label class="setting check">
        <input
          type="checkbox"
          checked={settings.closeToTray}
          onChange={event => change({ closeToTray: event.currentTarget.checked })}
        />
        <span>
          {text.settings.closeToTray} <small>{text.settings.closeToTrayHint}</small>
        </span>
      </label>
      <label class="setting check">
        <input
          type="checkbox"
          checked={settings.startAtLogin}
          onChange={event => change({ startAtLogin: event.currentTarget.checked })}
        />
        <span>{text.settings.startAtLogin}</span>
      </label>
      <div class="setting">
        <label for={notify}>{text.settings.notify}</label>
        <select
          id={notify}
          value={settings.notify}
          onChange={event => change({ notify: event.currentTarget.value as Settings['notify'] })}
        >
          {(['off', 'count', 'sender', 'subject'] as const).map(value => (
            <option key={value} value={value}>
              {text.settings.notifies[value]}
            </option>
          ))}
        </select>
      </div>
    </section>
  );
}

function HostFacts({ status }: { status: HostStatus }) {
  const { facts } = text.settings;
  const rows: (readonly [string, string])[] = [
    [facts.address, status.owner.address],
    [facts.me, status.me],
    [facts.maildir, status.owner.maildir],
    [facts.home, status.home],
    [facts.smtp, status.smtp ? listener(status.smtp) : text.settings.offService],
    [facts.pop3, status.pop3 ? listener(status.pop3) : text.settings.offService],
    ...(status.pop3s ? ([[facts.pop3s, listener(status.pop3s)]] as const) : []),
    ...(status.qmtp ? ([[facts.qmtp, listener(status.qmtp)]] as const) : []),
    ...(status.qmqp ? ([[facts.qmqp, listener(status.qmqp)]] as const) : []),
    ...(status.turn ? ([[facts.turn, listener(status.turn)]] as const) : []),
    [facts.version, status.version],
  ];
  return (
    <section>
      <h2>{text.settings.host}</h2>
      <dl class="facts">
        {rows.map(([name, value]) => (
          <div key={name} class="setting">
            <dt>{name}</dt>
            <dd class="mono">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
