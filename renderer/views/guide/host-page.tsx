// The guide, for a machine without a provider: its name, and the domains whose mail it keeps.
import { answerLimits } from '../../../core/api/guide.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { GuideText } from './guide-field.tsx';

export function HostPage({ app: { guide } }: { app: App }) {
  const { me, domains } = guide.hostFields.value;
  const words = text.guide;
  return (
    <>
      <p class="note">{words.roles[guide.role.value].says}</p>
      <GuideText
        label={words.me}
        hint={words.meHint}
        value={me}
        mono
        maxLength={answerLimits.host}
        onInput={value => guide.changeHost({ me: value })}
      />
      <GuideText
        label={words.domains}
        hint={words.domainsHint}
        value={domains}
        mono
        maxLength={answerLimits.domains}
        onInput={value => guide.changeHost({ domains: value })}
      />
    </>
  );
}
