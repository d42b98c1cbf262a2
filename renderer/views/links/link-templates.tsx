// Four useful links to start with.
import type { LinkEditor } from '../../models/links/link-editor.ts';
import { text } from '../../text/en.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';

/** What is typed into a new file; each has an example where the owner's own value belongs. */
const files = {
  all: {
    icon: 'send',
    file: 'carries *\nserver mail.shore.example\nknown-by person\nmetered yes\nlargest-bytes 100000\n',
  },
  site: {
    icon: 'rules',
    file: 'carries site.example\nserver 10.0.10.242\nknown-by route 10.0.10.242\nprotocol qmtp\n',
  },
  client: {
    icon: 'inbox',
    file: 'carries site.example\nserver client\nturn-for address 10.0.10.242\netrn-node site.example\n',
  },
  queue: { icon: 'queue', file: 'known-by interface ppp0\ndo queue\ncontact-minutes 15\n' },
} as const satisfies Readonly<Record<string, { icon: IconName; file: string }>>;

export function LinkTemplates({ editor }: { editor: LinkEditor }) {
  const words = text.links.file;
  return (
    <>
      <h3>{words.templatesTitle}</h3>
      <ul class="templates">
        {(Object.keys(files) as (keyof typeof files)[]).map(kind => (
          <li key={kind}>
            <button type="button" class="card" onClick={() => editor.edit(files[kind].file)}>
              <Icon name={files[kind].icon} />
              <span>
                <b>{words.templates[kind].title}</b>
                <small>{words.templates[kind].text}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
