// The verbs that show links: list and status.
import { formatLink, formatLinks } from '../link-text.ts';
import { byHost, print, statusOf } from './link-call.ts';

export const list = byHost(async (api, call) => {
  const reply = await api.call('links.list', {});
  print(call, reply, () => formatLinks(reply.links));
  return 0;
});

export const status = byHost(async (api, call) => {
  const link = await statusOf(api, call.name);
  print(call, link, () => formatLink(link));
  return 0;
});
