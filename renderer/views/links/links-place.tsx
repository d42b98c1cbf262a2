// The links place: all links on the left, and one of them: what it does, what waits for it, what it did, and its file.
import { useEffect } from 'preact/hooks';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { AccountPage } from '../accounts/account-page.tsx';
import { NewName } from '../new-name.tsx';
import { ContactHistory } from './contact-history.tsx';
import { LinkEditorView } from './link-editor-view.tsx';
import { LinkHead } from './link-head.tsx';
import { LinkList } from './link-list.tsx';
import { LinkQuestionDialog } from './link-question.tsx';
import { LinkTestDialog } from './link-test.tsx';
import { TranscriptDialog } from './transcript.tsx';
import { WaitingMessages } from './waiting-messages.tsx';

export function LinksPlace({ app }: { app: App }) {
  const { links, accounts } = app;
  useEffect(() => links.watch(), []);
  useEffect(() => accounts.watch(), []);
  const isKnown = links.all.value !== undefined;
  const isEmpty = links.names.value.length === 0 && accounts.names.value.length === 0;
  return (
    <div class={isEmpty ? 'links none' : 'links'}>
      <h1 class="unseen" tabIndex={-1}>
        {text.links.title}
      </h1>
      {isKnown && (isEmpty ? <NoLinks app={app} /> : <Chosen app={app} />)}
      <LinkQuestionDialog links={links} />
      <LinkTestDialog links={links} />
      <TranscriptDialog app={app} />
    </div>
  );
}

function NoLinks({ app: { links, accounts } }: { app: App }) {
  const { make } = text.links;
  const { make: makeAccount } = text.accounts;
  return (
    <div class="empty">
      <h2>{text.links.emptyTitle}</h2>
      <p>{text.links.empty}</p>
      <NewName
        id="new-link"
        button={make.first}
        label={make.label}
        hint={make.hint}
        go={make.go}
        add={name => links.add(name)}
      />
      <NewName
        id="new-account"
        button={makeAccount.first}
        label={makeAccount.label}
        hint={makeAccount.hint}
        go={makeAccount.go}
        add={name => accounts.add(name)}
      />
    </div>
  );
}

function Chosen({ app }: { app: App }) {
  const account = app.accounts.name.value;
  const name = app.links.name.value;
  return (
    <>
      <LinkList app={app} />
      {account !== '' ? <AccountPage app={app} name={account} /> : <ChosenLink app={app} name={name} />}
    </>
  );
}

function ChosenLink({ app, name }: { app: App; name: string }) {
  const { links } = app;
  const link = links.current.value;
  return (
    <section class="link-page" aria-label={text.links.actions(name)} key={name}>
      <LinkHead app={app} name={name} link={link} />
      {link && links.view.value === 'waiting' && <WaitingMessages app={app} link={link} />}
      {link && links.view.value === 'history' && <ContactHistory app={app} link={link} />}
      {(!link || links.view.value === 'file') && <LinkEditorView app={app} name={name} />}
    </section>
  );
}
