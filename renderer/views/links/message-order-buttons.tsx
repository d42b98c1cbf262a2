// The buttons that put waiting messages first, hold them, send them now, return or drop them.
import type { LinkMessage } from '../../../core/api/links.ts';
import type { App } from '../../models/app.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';
import type { IconName } from '../../ui/icon.tsx';

interface MessageOrderButtonsProps {
  readonly app: App;
  readonly link: string;
  readonly messages: readonly LinkMessage[];
  /** The message, for screen readers: many rows have the same buttons. */
  readonly who?: string;
  readonly iconOnly?: boolean;
}

export function MessageOrderButtons({ app, link, messages, who, iconOnly = false }: MessageOrderButtonsProps) {
  const { actions } = app.links;
  const { put, doFor } = text.links.waiting;
  const button = (icon: IconName, words: string, run: () => unknown) => (
    <Button
      kind="quiet"
      icon={icon}
      iconOnly={iconOnly}
      {...(who !== undefined && { label: doFor(words, who) })}
      onClick={() => void run()}
    >
      {words}
    </Button>
  );
  const all = (order: LinkMessage['order']) => messages.every(message => message.order === order);
  return (
    <>
      {all('first')
        ? button('down', put.usual, () => actions.order(link, messages, 'usual'))
        : button('first', put.first, () => actions.order(link, messages, 'first'))}
      {all('held')
        ? button('release', put.release, () => actions.order(link, messages, 'usual'))
        : button('hold', put.hold, () => actions.order(link, messages, 'held'))}
      {all('now')
        ? button('down', put.usual, () => actions.order(link, messages, 'usual'))
        : button('send', put.now, () => actions.order(link, messages, 'now'))}
      {button('reply', put.bounce, () => actions.ask('bounce', link, messages))}
      {button('trash', put.drop, () => actions.ask('drop', link, messages))}
    </>
  );
}
