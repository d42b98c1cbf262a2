// The process that acts as the owner of the mail (core/host/owner-process/work.ts): the host starts it, and it ends with the host.
import { Socket } from 'node:net';
import { createPeer, type Peer } from '../../lib/process/peer.ts';
import { startDirectly, streamFd } from '../../lib/process/start-process.ts';
import { channelToParent } from '../../privsep/channel.ts';
import { takeRootChannel } from '../../privsep/inherited-descriptors.ts';
import { connectToRootProcess } from '../../privsep/root-process-client.ts';
import { answeringTo, openOwnerWork } from '../owner-process/work.ts';
import { processCommand } from './process-commands.ts';

// Signals to the whole group are meant for the host, which asks this process to close.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => {});
process.umask(0o077);

// RunningChildren by root's parent, this process may ask it for parsers, which are another user's.
const parent = takeRootChannel(process.env);
const start = parent ? connectToRootProcess(channelToParent(parent)).start : startDirectly(processCommand);
const answering = answeringTo(job => openOwnerWork(job, host, start));
const host: Peer = createPeer(new Socket({ fd: streamFd }), answering, { gone: () => process.exit(0) });
