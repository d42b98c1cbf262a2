// The links, each with its state and what comes next, above the accounts.
import type { LinkStatus } from '../../../core/api/links.ts';
import type { App } from '../../models/app.ts';
import { linkMark, nextWords, progressCounts, waits } from '../../models/links/describe-link.ts';
import { text } from '../../text/en.ts';
import { AccountList } from '../accounts/account-list.tsx';
import { type NamedRow, NameList } from '../word-file/name-list.tsx';

export function LinkList({ app }: { app: App }) {
  const { links, accounts, nowMs } = app;
  const { make, list, notSaved } = text.links;
  const rowOf = (name: string): NamedRow => {
    const link = links.all.value?.find(each => each.name === name);
    return {
      name,
      isCurrent: accounts.name.value === '' && name === links.name.value,
      mark: link ? linkMark(link) : { tone: 'wait', words: notSaved },
      isEdited: link !== undefined && links.editor.edits.value.has(name),
      more: link && secondLine(link, nowMs.value),
    };
  };
  return (
    <nav class="addresses link-list" aria-label={list}>
      <NameList
        title={list}
        rows={links.names.value.map(rowOf)}
        choose={name => {
          accounts.choose('');
          links.choose(name);
        }}
        make={{
          ...make,
          id: 'new-link',
          add(name) {
            const wrong = links.add(name);
            if (wrong === undefined) accounts.choose('');
            return wrong;
          },
        }}
      />
      <AccountList app={app} />
    </nav>
  );
}

/** How a link is: a word on a coloured chip. */
export function Mark({ link }: { link: LinkStatus }) {
  const { tone, words } = linkMark(link);
  return <span class={`chip ${tone}`}>{words}</span>;
}

function secondLine(link: LinkStatus, nowMs: number): string {
  if (link.progress) {
    const { done, all } = progressCounts(link);
    return text.links.sending(done, all);
  }
  const all = waits([link]);
  const count = all > 0 ? text.links.waits(all) : '';
  return [count, nextWords(link, nowMs)].filter(part => part !== '').join(' · ');
}
