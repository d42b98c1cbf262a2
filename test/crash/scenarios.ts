// Scenarios: one for each way that mail can go. Each runs on a real host, again and again, with a fault at another call each time.
import type { Stage } from './scenario-run.ts';

export interface Scenario {
  readonly name: string;
  play(stage: Stage): Promise<void>;
}

const sender = 'alice-sender@here.example';
const to = (...recipients: string[]) => ({ sender, recipients });
const here = (...rules: string[]) => rules.map(rule => `alice-${rule}@here.example`);
const largeBytes = 100_000;

export const scenarios: readonly Scenario[] = [
  {
    name: 'a small message by SMTP',
    async play(stage) {
      await stage.smtp('small', to('alice@here.example'));
      await stage.ended();
      await stage.checkpoint();
    },
  },
  {
    name: 'a large message by SMTP',
    async play(stage) {
      await stage.smtp('large', to('alice@here.example', 'away@far.example'), largeBytes);
      await stage.ended();
      await stage.checkpoint();
    },
  },
  {
    name: 'recipients of every kind',
    async play(stage) {
      const recipients = ['alice@here.example', ...here('second', 'mbox', 'program', 'fail'), 'away@far.example'];
      await stage.smtp('many', to(...recipients));
      await stage.ended();
      await stage.checkpoint();
    },
  },
  {
    name: 'several recipients at one server, and at one that takes two at a time',
    async play(stage) {
      const away = ['ann', 'ben', 'cat'].map(name => `${name}@far.example`);
      const slow = ['dan', 'eve', 'fay', 'gil', 'hal'].map(name => `${name}@busy.example`);
      await stage.smtp('several', to(...away, ...slow));
      await stage.smtp('several and large', to(...away, ...slow), largeBytes);
      await stage.ended();
      await stage.checkpoint();
    },
  },
  {
    name: 'a message of qmail-queue is taken over',
    async play(stage) {
      await stage.program('program', to('alice@here.example', 'away@far.example', ...here('later')));
      await stage.ended();
      await stage.checkpoint();
    },
  },
  {
    name: 'some have to wait',
    async play(stage) {
      stage.world.setBusy(true);
      await stage.smtp('waits', to('alice@here.example', ...here('later', 'mbox', 'fail'), 'slow@busy.example'));
      await stage.smtp('waits and is large', to(...here('later')), largeBytes);
      await stage.logged(/: deferral: /, 3);
      await stage.checkpoint();
      stage.world.setBusy(false);
      stage.host.child.kill('SIGALRM');
      await stage.ended();
      await stage.checkpoint();
    },
  },
  {
    name: 'a bounce, a double bounce, a triple bounce',
    async play(stage) {
      await stage.smtp('bounces', to(...here('fail', 'nobody')));
      await stage.smtp('bounces twice', { ...to(...here('fail')), sender: here('nobody')[0] as string });
      await stage.smtp('bounces and is large', to(...here('fail'), 'alice@here.example'), largeBytes);
      await stage.smtp('bounces from nobody', { ...to(...here('fail')), sender: '' });
      await stage.ended();
      await stage.checkpoint();
    },
  },
  {
    name: 'forwards',
    async play(stage) {
      await stage.smtp('forward', to(...here('forward')));
      await stage.smtp('forward to several', to(...here('several')));
      await stage.ended();
      await stage.checkpoint();
    },
  },
  {
    name: 'the owner holds, releases, returns and deletes',
    async play(stage) {
      stage.world.setBusy(true);
      const labels: string[] = [];
      for (const what of ['held', 'returned', 'deleted']) {
        labels.push(await stage.smtp(what, to(...here('later'), 'slow@busy.example')));
      }
      await stage.logged(/: deferral: /, 6);
      const ids = await stage.api(async api => {
        const { rows } = await api.call('queue.list', { offset: 0, limit: 10 });
        return rows.map(({ id }) => id).sort((a, b) => a - b);
      });
      const [held = 0, returned = 0, deleted = 0] = ids;
      await stage.api(api => api.call('queue.hold', { ids: [held, deleted] }));
      await stage.api(api => api.call('queue.hold', { ids: [returned], recipient: { address: 'slow@busy.example' } }));
      for (const label of labels) stage.forsake(label); // Which label has which number is not known here.
      await stage.api(api => api.call('queue.release', { ids: [held] }));
      await stage.api(api => api.call('queue.bounce', { ids: [returned] }));
      await stage.api(api => api.call('queue.remove', { ids: [deleted] }));
      stage.world.setBusy(false);
      stage.host.child.kill('SIGALRM');
      await stage.ended();
      await stage.checkpoint();
    },
  },
  {
    name: 'a clean stop',
    async play(stage) {
      stage.world.setBusy(true);
      await stage.smtp('waits at the stop', to(...here('later'), 'slow@busy.example', 'alice@here.example'));
      await stage.smtp('large at the stop', to(...here('later')), largeBytes);
      await stage.logged(/: deferral: /, 3);
      const last = stage.smtp('last', to('alice@here.example', ...here('fail')));
      await last;
      stage.host.child.kill('SIGTERM');
      await stage.host.ended;
    },
  },
];
