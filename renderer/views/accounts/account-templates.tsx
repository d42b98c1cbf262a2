// Two useful accounts to start with.
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { Templates } from '../word-file/templates.tsx';

export function AccountTemplates({ app, name }: { app: App; name: string }) {
  const owner = app.host.status.value?.owner.address ?? '';
  const rest = `user ${owner}\nsecret ${name}\nto ${owner}\n`;
  const { imap, pop3 } = text.accounts.templates;
  return (
    <Templates
      templates={[
        { ...imap, icon: 'inbox', file: `protocol imap\nserver imap.provider.example\nidle yes\n${rest}` },
        { ...pop3, icon: 'inbox', file: `protocol pop3\nserver pop.provider.example\nkeep 30\n${rest}` },
      ]}
      choose={app.accounts.editor.edit}
    />
  );
}
