// Each line of a rule as a sentence, with buttons that move, switch off or remove it.
import type { RuleLine } from '../../../core/api/rules.ts';
import type { Explained } from '../../models/rules/rule-explanation.ts';
import { isOff } from '../../models/rules/rule-text.ts';
import type { RulesModel } from '../../models/rules/rules.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';

const icons: Record<RuleLine['kind'], IconName> = {
  maildir: 'folder',
  mbox: 'archive',
  program: 'settings',
  forward: 'forward',
  comment: 'write',
  flag: 'flag',
  empty: 'mail',
};

export function RuleLines({ rules, explained }: { rules: RulesModel; explained: Explained | undefined }) {
  const lines = explained?.lines ?? [];
  return (
    <ol class="lines" aria-label={text.rules.steps}>
      {lines.map((line, index) =>
        line.kind === 'empty' && line.text === '' && line.warning === null ? null : (
          <Line key={index} rules={rules} line={line} index={index} last={index === lines.length - 1} />
        ),
      )}
    </ol>
  );
}

interface LineProps {
  readonly rules: RulesModel;
  readonly line: RuleLine;
  readonly index: number;
  readonly last: boolean;
}

function Line({ rules, line, index, last }: LineProps) {
  const off = isOff(line.text);
  const remark = line.kind === 'comment' && !off;
  return (
    <li class={`card rule ${off ? 'off' : ''} ${remark ? 'remark' : ''}`}>
      <Icon name={icons[line.kind]} />
      <div>
        <b>{line.says}</b>
        <code>{line.text}</code>
        {line.warning !== null && (
          <p class="warning">
            <Icon name="warn" />
            {line.warning}
          </p>
        )}
      </div>
      <div class="line-buttons">
        <Button kind="quiet" icon="up" iconOnly disabled={index === 0} onClick={() => rules.move(index, -1)}>
          {text.rules.up(line.text)}
        </Button>
        <Button kind="quiet" icon="down" iconOnly disabled={last} onClick={() => rules.move(index, 1)}>
          {text.rules.down(line.text)}
        </Button>
        {!remark && (
          <Button kind="quiet" icon="power" iconOnly onClick={() => rules.toggle(index)}>
            {off ? text.rules.on(line.text) : text.rules.off(line.text)}
          </Button>
        )}
        <Button kind="quiet" icon="close" iconOnly onClick={() => rules.drop(index)}>
          {text.rules.drop(line.text)}
        </Button>
      </div>
    </li>
  );
}
