// The guide: name and address, from which the servers are found.
import { answerLimits } from '../../../core/api/guide.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { GuideField, GuideText } from './guide-field.tsx';

export function WhoPage({ app: { guide } }: { app: App }) {
  const fields = guide.fields.value;
  const accounts = guide.present.value?.accounts ?? [];
  const words = text.guide;
  return (
    <>
      {accounts.length > 0 && (
        <GuideField label={words.which}>
          {given => (
            <select {...given} value={fields.account} onChange={event => guide.choose(event.currentTarget.value)}>
              {accounts.map(({ account, address }) => (
                <option key={account} value={account}>
                  {address}
                </option>
              ))}
              <option value="">{words.another}</option>
            </select>
          )}
        </GuideField>
      )}
      <GuideText
        label={words.name}
        hint={words.nameHint}
        value={fields.name}
        autocomplete="name"
        maxLength={answerLimits.name}
        onInput={name => guide.change({ name })}
      />
      <GuideText
        label={words.address}
        hint={words.addressHint}
        wrong={guide.mistake.value === 'address' ? words.addressWrong : undefined}
        value={fields.address}
        autocomplete="email"
        mono
        maxLength={answerLimits.address}
        onInput={address => guide.change({ address })}
      />
      <p class="note" role="status">
        {guide.busy.value ? words.finding : ''}
      </p>
    </>
  );
}
