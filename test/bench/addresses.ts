// The addresses that every subject of the bench knows. Load generators put a number before the local part.

/** Delivered to the user's one Maildir. */
export const toMaildir = 'user@here.example';
/** Every address of this domain is delivered to that Maildir too: as many deliveries as recipients. */
export const toFanout = 'r@fan.example';
/** Every address of this domain is accepted and its mail discarded. */
export const toDiscard = 'r@drop.example';
/** Every address of this domain goes to the sink. */
export const toRemote = 'r@far.example';

export const sender = 'sender@here.example';
export const hostName = 'here.example';
export const localDomains = ['here.example', 'fan.example', 'drop.example'];
export const remoteDomain = 'far.example';
