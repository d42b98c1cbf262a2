// Two useful accounts to start with.
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { Icon } from '../../ui/icon.tsx';

/** What is typed into a new file; each has an example where the owner's own value belongs. */
const files = {
  imap: 'protocol imap\nserver imap.provider.example\nidle yes\n',
  pop3: 'protocol pop3\nserver pop.provider.example\nkeep 30\n',
} as const;

export function AccountTemplates({ app, name }: { app: App; name: string }) {
  const { editor } = app.accounts;
  const owner = app.host.status.value?.owner.address ?? '';
  const rest = `user ${owner}\nsecret ${name}\nto ${owner}\n`;
  return (
    <>
      <h3>{text.accounts.templates}</h3>
      <ul class="templates">
        {(['imap', 'pop3'] as const).map(kind => (
          <li key={kind}>
            <button type="button" class="card" onClick={() => editor.edit(`${files[kind]}${rest}`)}>
              <Icon name="inbox" />
              <span>
                <b>{text.accounts.template[kind].title}</b>
                <small>{text.accounts.template[kind].text}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
