// One field of an account's form.
import type { AccountEditor } from '../../models/accounts/account-editor.ts';
import type { AccountField } from '../../models/accounts/account-fields.ts';
import { text } from '../../text/en.ts';
import { FieldFrame } from '../word-file/field-frame.tsx';
import { isChoice, PlainControl } from '../word-file/plain-control.tsx';

export function AccountFieldView({ editor, field }: { editor: AccountEditor; field: AccountField }) {
  const { word, control } = field;
  const { fields, choices } = text.accounts;
  return (
    <FieldFrame editor={editor} field={field} label={fields[word]} isGroup={isChoice(control)}>
      {props => <PlainControl {...props} field={field} control={control} choices={choices} />}
    </FieldFrame>
  );
}
