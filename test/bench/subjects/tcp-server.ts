// Listens on the port of its first argument and starts a process for every client, as tcpserver and inetd do.
// The process has the connection as its standard input and output; this one takes no part in the conversation.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

const [port, program = '', ...args] = process.argv.slice(2);

createServer({ pauseOnConnect: true }, socket => {
  const env = { ...process.env, PROTO: 'TCP', TCPLOCALHOST: 'localhost', TCPREMOTEIP: '127.0.0.1' };
  spawn(program, args, { stdio: [socket, socket, 'inherit'], env }).once('exit', () => socket.destroy());
}).listen({ host: '127.0.0.1', port: Number(port), backlog: 100 });
