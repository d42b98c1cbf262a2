// The words that explain what happens to mail for an address, in English.

export const explain = {
  ask: 'Explain any address',
  example: 'name@host.example',
  go: 'Explain',
  title: (address: string) => `What happens to mail for ${address}`,
  close: 'Close',
  steps: 'Step by step',
  deliveries: 'Deliveries',
  askDns: 'Also query DNS',
  outcomes: {
    done: 'Delivered here',
    link: 'Waits for a link',
    remote: 'Sent to another host',
    later: 'Waits in the queue',
    never: 'Returned to the sender',
    unknown: 'Only its user and root can see',
  },
  kinds: { maildir: 'Kept in', mbox: 'Appended to', program: 'Piped to the program', forward: 'Forwarded to' },
  thrownAway: 'It is accepted and discarded.',
  newSender: 'Forwarded copies have the sender',
  hosts: 'Tried in this order:',
  nothingRan: 'Nothing was run, sent or changed to find this out.',
};
