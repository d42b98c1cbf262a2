// What front ends ask of the links: `links.*` of the contract.
import { unlinkSync } from 'node:fs';
import type { HandlersOf, Method } from '../api/contract.ts';
import { refusal } from '../api/errors.ts';
import { linkName, longestLinkFile } from '../api/link-grammar.ts';
import type { LinkMessage, LinkStatus } from '../api/links.ts';
import { parseLink } from '../control/links/link-file.ts';
import { linkWords } from '../control/links/link-words.ts';
import { linksDirectory } from '../control/links/read-links.ts';
import { explainWords, firstProblemText, shownProblems } from '../control/word-file/word-file.ts';
import { openWordStore } from '../control/word-file/word-store.ts';
import { errorCode, reasonOf } from '../lib/user-error.ts';
import { displayAddress } from '../message/address.ts';
import type { LinkDeps, RunningLink } from './running-link.ts';
import { fileIn, sendBack } from './serial/act-on-result.ts';
import { inSendingOrder, isTooLarge } from './spool/sending-order.ts';
import type { Waiting } from './spool/waiting.ts';
import { readSession } from './state/sessions.ts';
import { testLink } from './test-link.ts';
import type { TurnServer } from './turn/turn-server.ts';

/** The forecast is the host's: it knows how addresses are typed. */
export type LinkHandlers = HandlersOf<Exclude<Extract<Method, `links.${string}`>, 'links.forecast'>>;

interface HandlerDeps extends LinkDeps {
  readonly running: ReadonlyMap<string, RunningLink>;
  readonly status: () => LinkStatus[];
  readonly reload: () => void;
  readonly etrn: TurnServer['etrn'];
  readonly linksSaved: () => void;
}

const returnedByPerson = 'This message was returned before delivery by the administrator of the mail host. (#5.0.0)';

export function createLinkHandlers(deps: HandlerDeps): LinkHandlers {
  const { running, home } = deps;

  function linkOf(name: string): RunningLink {
    const link = running.get(name);
    if (!link) throw refusal('link-gone', { link: name });
    return link;
  }

  /** Of these messages those that still wait. */
  async function each(
    name: string,
    ids: readonly string[],
    act: (link: RunningLink, message: Waiting) => Promise<boolean>,
  ) {
    const link = linkOf(name);
    await link.mail.look();
    let changed = 0;
    for (const id of new Set(ids)) {
      const message = link.mail.get(id);
      if (message && (await act(link, message))) changed++;
    }
    link.mailChanged();
    deps.changed(name);
    return { changed };
  }

  const files = openWordStore(linksDirectory(home), longestLinkFile);

  return {
    async 'links.list'() {
      for (const link of running.values()) await link.mail.look();
      return { links: deps.status() };
    },
    async 'links.up'({ name, seconds }) {
      linkOf(name).presence.say(true, seconds);
      return {};
    },
    async 'links.down'({ name }) {
      linkOf(name).presence.say(false, undefined);
      return {};
    },
    async 'links.exchange'({ name }) {
      const link = linkOf(name);
      const [problem] = link.file.problems;
      if (problem) throw refusal('link-unusable', { link: name, why: problem.text });
      return { started: link.exchange('person') };
    },
    async 'links.stop'({ name }) {
      return { stopped: linkOf(name).stop({ end: 'stopped', why: 'a person has ended it' }) };
    },
    async 'links.offline'({ name, offline }) {
      linkOf(name).setOffline(offline);
      return {};
    },
    async 'links.waiting'({ name, offset, limit }) {
      const link = linkOf(name);
      await link.mail.look();
      const all = inSendingOrder(link.mail.all(), link.marks.of);
      return { total: all.length, rows: all.slice(offset, offset + limit).map(message => rowOf(message, link)) };
    },
    'links.order': ({ name, ids, order }) =>
      each(name, ids, async ({ marks }, message) => {
        const mark = order === 'usual' ? undefined : order;
        if (marks.of(message.name) === mark) return false;
        marks.set(message.name, mark);
        return true;
      }),
    'links.drop': ({ name, ids }) =>
      each(name, ids, async (link, message) => {
        try {
          unlinkSync(fileIn(link.layout.maildir, message.name));
        } catch (error) {
          if (errorCode(error) !== 'ENOENT')
            throw refusal('link-message-not-changed', { link: name, why: reasonOf(error) });
        }
        deps.log(`status: link ${name}: info: ${message.name} dropped: a person has removed it`);
        link.mail.forget(message.name);
        return true;
      }),
    'links.bounce': ({ name, ids }) =>
      each(name, ids, async (link, message) => {
        const acting = { program: `status: link ${name}`, directory: link.layout.maildir, log: deps.log };
        const how = { text: returnedByPerson, tooOld: false };
        if ((await sendBack(message.name, how, link.returnToSender, acting)) === 'kept') return false;
        link.mail.forget(message.name);
        return true;
      }),
    async 'links.history'({ name }) {
      return { contacts: [...linkOf(name).history.contacts()] };
    },
    async 'links.transcript'({ name, startMs }) {
      return { text: readSession(linkOf(name).layout.sessions, startMs) };
    },
    async 'links.file'({ name }) {
      const { text, stamp } = files.read(name);
      // What cannot be read now was read before.
      return { text: text ?? (stamp === '' ? null : (running.get(name)?.file.text ?? null)), stamp };
    },
    async 'links.check'({ name, text }) {
      return { problems: shownProblems(parseLink(name, text).problems) };
    },
    async 'links.words'() {
      return { words: explainWords(linkWords) };
    },
    async 'links.save'({ name, text, stamp }) {
      const why = firstProblemText(parseLink(name, text).problems);
      if (why !== undefined) throw refusal('link-file-wrong', { link: name, why });
      const isSaved = await files.replace(name, text, stamp).catch((error: unknown) => {
        throw refusal('link-not-saved', { link: name, why: reasonOf(error) });
      });
      if (!isSaved) throw refusal('link-stale', { link: name });
      deps.linksSaved();
      return { stamp: files.read(name).stamp };
    },
    async 'links.remove'({ name }) {
      const link = linkOf(name);
      await link.mail.look();
      if (link.mail.count > 0) throw refusal('link-has-mail', { link: name, waiting: link.mail.count });
      try {
        if (linkName.test(name)) files.remove(name);
      } catch (error) {
        throw refusal('link-not-removed', { link: name, why: reasonOf(error) });
      }
      deps.linksSaved();
      return {};
    },
    async 'links.etrn'({ argument, stranger, ip }) {
      return deps.etrn({ argument, stranger, sessionClient: { ip } });
    },
    async 'links.test'({ name }) {
      return { steps: await testLink(linkOf(name), deps) };
    },
  };
}

function rowOf(message: Waiting, { marks, file }: RunningLink): LinkMessage {
  const { name, sender, recipient, subject, sizeBytes, atMs, bulk } = message;
  return {
    id: name,
    sender: displayAddress(sender),
    recipient: displayAddress(recipient),
    subject,
    bytes: sizeBytes,
    atMs,
    order: marks.of(name) ?? 'usual',
    tooLarge: isTooLarge(message, file.link),
    bulk,
  };
}
