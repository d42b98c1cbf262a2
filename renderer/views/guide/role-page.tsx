// First page of the guide: what this machine does with mail.
import { guideRoles } from '../../../core/api/guide.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';

export function RolePage({ app: { guide } }: { app: App }) {
  return (
    <fieldset class="roles">
      <legend class="unseen">{text.guide.pages.role}</legend>
      {guideRoles.map(role => (
        <label key={role} class={`card ${guide.role.value === role ? 'on' : ''}`}>
          <input
            type="radio"
            name="role"
            value={role}
            checked={guide.role.value === role}
            onChange={() => {
              guide.role.value = role;
            }}
          />
          <span>
            <b>{text.guide.roles[role].title}</b>
            <small>{text.guide.roles[role].says}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
