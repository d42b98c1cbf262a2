// The words about what would happen to an address, in English.

export const explain = {
  ask: 'Ask about any address',
  example: 'name@host.example',
  go: 'Explain',
  title: (address: string) => `What happens to mail for ${address}`,
  close: 'Close',
  steps: 'Step by step',
  deliveries: 'Deliveries',
  askDns: 'Ask the name servers too',
  outcomes: {
    done: 'Delivered here',
    remote: 'Sent to another host',
    later: 'Waits in the queue',
    never: 'Returned to its sender',
    unknown: 'Nobody but its user and root can see',
  },
  kinds: { maildir: 'Kept in', mbox: 'Appended to', program: 'Given to the program', forward: 'Sent on to' },
  thrownAway: 'It is accepted, and thrown away.',
  newSender: 'Copies that are sent on have the sender',
  hosts: 'Tried in this order:',
  nothingRan: 'Nothing was run, sent or changed to find this out.',
};
