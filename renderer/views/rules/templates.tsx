// Three useful rules to start with.
import type { RuleFile } from '../../../core/api/rules.ts';
import type { RulesModel } from '../../models/rules/rules.ts';
import { text } from '../../text/en.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';

interface Template {
  readonly icon: IconName;
  readonly title: string;
  readonly hint: string;
  readonly rule: string;
}

/** The folder is named after the address: `-lists-default` is filed in `lists`. */
function folderName(name: string): string {
  return (
    name
      .replace(/-default$/, '')
      .replace(/^-/, '')
      .replaceAll(/[-:]/g, '.') || 'filed'
  );
}

function templatesFor(file: RuleFile): Template[] {
  const { keep, forward, refuse } = text.rules.templates;
  return [
    { icon: 'folder', title: keep.title, hint: keep.text, rule: `./Maildir/.${folderName(file.name)}/\n` },
    { icon: 'forward', title: forward.title, hint: forward.text, rule: `./Maildir/\n&${text.rules.forwardTo}\n` },
    { icon: 'refuse', title: refuse.title, hint: refuse.text, rule: `|echo '${text.rules.refuseText}'; exit 100\n` },
  ];
}

export function Templates({ rules, file }: { rules: RulesModel; file: RuleFile }) {
  return (
    <>
      <h3>{text.rules.templatesTitle}</h3>
      <ul class="templates">
        {templatesFor(file).map(template => (
          <li key={template.title}>
            <button type="button" class="card" onClick={() => rules.edit(template.rule)}>
              <Icon name={template.icon} />
              <span>
                <b>{template.title}</b>
                <small>{template.hint}</small>
                <code>{template.rule.trimEnd()}</code>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
