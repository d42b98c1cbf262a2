// The rules place: the owner's addresses on the left; what happens to mail for one of them, in words and as text.
import { useEffect } from 'preact/hooks';
import type { RulesModel } from '../../models/rules.ts';
import { text } from '../../text/en.ts';
import { AddressList } from './address-list.tsx';
import { RuleEditor } from './rule-editor.tsx';

export function RulesPlace({ rules }: { rules: RulesModel }) {
  useEffect(() => void rules.load(), []);
  const file = rules.file.value;
  return (
    <div class="rules">
      <h1 class="unseen">{text.rules.title}</h1>
      <AddressList rules={rules} />
      {file ? (
        <RuleEditor rules={rules} file={file} key={file.name} />
      ) : (
        rules.loaded.value && <p class="note">{text.rules.choose}</p>
      )}
    </div>
  );
}
