// The guide: the password, and the servers as they were found; each can be changed.
import { answerLimits, type FoundServers } from '../../../core/api/guide.ts';
import type { App } from '../../models/app.ts';
import { type TypedServer, withProtocol } from '../../models/guide/answers.ts';
import type { GuideModel } from '../../models/guide/guide.ts';
import { text } from '../../text/en.ts';
import { GuideText } from './guide-field.tsx';
import { ServerFields } from './server-fields.tsx';

const words = text.guide;

export function ServersPage({ app: { guide } }: { app: App }) {
  const found = guide.found.value;
  const fields = guide.fields.value;
  const { change } = guide;
  const server = (which: 'sending' | 'fetching') => (value: TypedServer) => change({ [which]: value });
  return (
    <>
      <p class="note">
        {found ? words.found(found.title, words.by[found.by]) : words.by.stored} <b class="mono">{fields.address}</b>
      </p>
      <PasswordAdvice found={found} />
      <GuideText
        label={words.password}
        hint={fields.account === '' ? words.passwordPlace : words.passwordStored}
        value={fields.password}
        secret
        maxLength={answerLimits.password}
        onInput={password => change({ password })}
      />
      <GuideText
        label={words.user}
        value={fields.user}
        autocomplete="username"
        mono
        maxLength={255}
        onInput={user => change({ user })}
      />
      <ServerFields
        label={words.sending}
        value={fields.sending}
        wrong={wrongIn(guide, 'sending')}
        onChange={server('sending')}
      />
      <ServerFields
        label={words.fetching}
        value={fields.fetching}
        wrong={wrongIn(guide, 'fetching')}
        onChange={server('fetching')}
        protocol={fields.protocol}
        onProtocol={protocol => change(withProtocol(fields, protocol, found))}
      />
      <details open={fields.authority !== ''}>
        <summary>{words.more}</summary>
        <GuideText
          label={words.authority}
          hint={words.authorityHint}
          value={fields.authority}
          mono
          maxLength={answerLimits.path}
          onInput={authority => change({ authority })}
        />
      </details>
    </>
  );
}

function PasswordAdvice({ found }: { found: FoundServers | undefined }) {
  if (!found || found.password.says === '') return null;
  const { says, url, kind } = found.password;
  return (
    <p class={kind === 'account' ? 'note' : 'advice'}>
      {says}{' '}
      {url !== '' && (
        <a href={url} target="_blank" rel="noreferrer">
          {words.makePassword}
        </a>
      )}
    </p>
  );
}

function wrongIn(guide: GuideModel, which: 'sending' | 'fetching'): string | undefined {
  return guide.mistake.value === which ? words.serverWrong(words[which]) : undefined;
}
