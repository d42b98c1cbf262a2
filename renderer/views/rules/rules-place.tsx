// The rules place: the owner's addresses, and what happens to mail for one of them, in words and as text.
import { useEffect } from 'preact/hooks';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { AddressList } from './address-list.tsx';
import { ExplainedAddress } from './explained-address.tsx';
import { RuleEditor } from './rule-editor.tsx';

export function RulesPlace({ app: { rules, explain, host } }: { app: App }) {
  useEffect(() => void rules.load(), []);
  const file = rules.file.value;
  const answer = explain.answer.value;
  return (
    <div class="rules">
      <h1 class="unseen">{text.rules.title}</h1>
      <AddressList rules={rules} explain={explain} />
      {answer ? (
        <ExplainedAddress explain={explain} answer={answer} home={host.status.value?.home ?? ''} />
      ) : file ? (
        <RuleEditor rules={rules} file={file} key={file.name} />
      ) : (
        rules.loaded.value && <p class="note">{text.rules.choose}</p>
      )}
    </div>
  );
}
