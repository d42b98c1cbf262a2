// Passes open sockets from one process to another over a Unix socket (SCM_RIGHTS). Node passes them only over its own channel,
// which buffers a message without end, and obeys commands.
import { closeSync, fstatSync } from 'node:fs';
import koffi from 'koffi';
import { failedWith, libc, libcError } from '../libc.ts';

type Call = (way: number, message: object, flags: number) => number;

interface Calls {
  readonly sendmsg: Call;
  readonly recvmsg: Call;
  /** One byte, as a descriptor cannot be sent alone, and the control data. */
  readonly message: object;
  get(): { length: number; level: number; type: number; fd: number };
  set(length: number, level: number, type: number, fd: number): void;
  readonly controlBytes: number;
}

const isLinux = process.platform === 'linux';
const dontWait = isLinux ? 0x40 : 0x80;
/** Programs that start at that moment do not inherit the descriptor. */
const closeOnExec = isLinux ? 0x40000000 : 0;
const socketLevel = isLinux ? 1 : 0xffff;
const scmRights = 1;

let loaded: Calls | undefined;

function calls(): Calls {
  loaded ??= load();
  return loaded;
}

function load(): Calls {
  const length = isLinux ? 'size_t' : 'unsigned int';
  const Piece = koffi.struct({ base: 'void *', length: 'size_t' });
  const Control = koffi.struct({ length, level: 'int', type: 'int', fd: 'int' });
  const Message = koffi.struct({
    name: 'void *',
    nameLength: 'unsigned int',
    pieces: 'void *',
    pieceCount: isLinux ? 'size_t' : 'int',
    control: 'void *',
    controlLength: length,
    flags: 'int',
  });
  const [piece, control] = [koffi.alloc(Piece, 1), koffi.alloc(Control, 1)];
  koffi.encode(piece, Piece, { base: koffi.alloc('uint8_t', 1), length: 1 });
  // Without the padding at the end of the struct, so that there is no room for a second descriptor.
  const controlBytes = koffi.offsetof(Control, 'fd') + 4;
  const message = {
    name: null,
    nameLength: 0,
    pieces: piece,
    pieceCount: 1,
    control,
    controlLength: controlBytes,
    flags: 0,
  };
  const library = libc();
  const signature = ['int', koffi.pointer(Message), 'int'] as const;
  return {
    sendmsg: library.func('sendmsg', 'intptr_t', [...signature]),
    recvmsg: library.func('recvmsg', 'intptr_t', [...signature]),
    message,
    get: () => koffi.decode(control, Control),
    set: (length, level, type, fd) => koffi.encode(control, Control, { length, level, type, fd }),
    controlBytes,
  };
}

/** @returns false: the other end has not taken earlier ones yet, so try again later. @throws Error when it is gone */
export function sendDescriptor(way: number, fd: number): boolean {
  const { sendmsg, message, set, controlBytes } = calls();
  set(controlBytes, socketLevel, scmRights, fd);
  if (sendmsg(way, message, dontWait) === 1) return true;
  // ETOOMANYREFS: too many were not taken yet.
  if (failedWith('EAGAIN', 'EINTR', 'ENOBUFS', 'ETOOMANYREFS')) return false;
  throw libcError('sendmsg');
}

/** Takes the next socket that was sent, without waiting. @returns undefined: there is none, or it is not a socket */
export function receiveSocket(way: number): number | undefined {
  const { recvmsg, message, get, set } = calls();
  set(0, 0, 0, -1);
  if (recvmsg(way, message, dontWait | closeOnExec) !== 1) return undefined;
  const { level, type, fd } = get();
  if (level !== socketLevel || type !== scmRights || fd < 0) return undefined;
  if (fstatSync(fd).isSocket()) return fd;
  closeSync(fd);
  return undefined;
}
