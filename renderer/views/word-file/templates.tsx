// Useful files to start with; each has an example where the owner's own value belongs.
import { text } from '../../text/en.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';

export interface Template {
  readonly title: string;
  readonly text: string;
  readonly icon: IconName;
  readonly file: string;
}

interface TemplatesProps {
  readonly templates: readonly Template[];
  readonly choose: (file: string) => void;
}

export function Templates({ templates, choose }: TemplatesProps) {
  return (
    <>
      <h3>{text.wordFile.templates}</h3>
      <ul class="templates">
        {templates.map(({ title, text: what, icon, file }) => (
          <li key={title}>
            <button type="button" class="card" onClick={() => choose(file)}>
              <Icon name={icon} />
              <span>
                <b>{title}</b>
                <small>{what}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
