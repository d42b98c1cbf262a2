// A button with words, an icon or both; its kind says how much it is meant to stand out.
import type { ComponentChildren, Ref } from 'preact';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick: (event: MouseEvent) => void;
  /** `go`: the one primary action of a place. `quiet`: no border until pointed at. */
  readonly kind?: 'plain' | 'go' | 'quiet' | 'danger';
  readonly icon?: IconName;
  /** Only the icon is seen; the words are for screen readers and the tooltip. */
  readonly iconOnly?: boolean;
  /** What screen readers say, when the words on the button are not enough. */
  readonly label?: string;
  /** The key that does the same. */
  readonly hotkey?: string;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  readonly buttonRef?: Ref<HTMLButtonElement>;
}

export function Button(props: ButtonProps) {
  const { children, kind = 'plain', icon, iconOnly, label, hotkey } = props;
  const words = typeof children === 'string' ? children : label;
  return (
    <button
      type="button"
      class={`btn ${kind}${iconOnly ? ' only' : ''}`}
      onClick={props.onClick}
      disabled={props.disabled}
      aria-label={label}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      aria-keyshortcuts={hotkey}
      title={iconOnly || hotkey ? `${words}${hotkey ? ` (${hotkey})` : ''}` : undefined}
      ref={props.buttonRef}
    >
      {icon && <Icon name={icon} />}
      {iconOnly ? <span class="unseen">{children}</span> : children}
    </button>
  );
}
