// The sink for machines without smtp-sink: accepts everything on the port of its argument, and counts messages.
import { createServer, type Socket } from 'node:net';

const answers: Readonly<Record<string, string>> = {
  EHLO: '250-sink.example\r\n250-PIPELINING\r\n250 8BITMIME',
  HELO: '250 sink.example',
  DATA: '354 go on',
  QUIT: '221 sink.example',
};
const end = '\r\n.\r\n';
let messages = 0;

function serve(socket: Socket): void {
  let text = '';
  let inData = false;
  socket.on('error', () => socket.destroy());
  socket.setNoDelay().write('220 sink.example ESMTP\r\n');
  socket.setEncoding('latin1').on('data', piece => {
    text += piece;
    let replies = '';
    for (;;) {
      const at = text.indexOf(inData ? end : '\r\n');
      if (at < 0) break;
      const verb = text.slice(0, 4).toUpperCase();
      text = text.slice(at + (inData ? end.length : 2));
      replies += `${inData ? '250 taken' : (answers[verb] ?? '250 ok')}\r\n`;
      if (inData) process.stdout.write(`mesg=${++messages}\r`);
      inData = !inData && verb === 'DATA';
      // In a message that starts with its end, there is no CRLF before the dot.
      if (inData) text = `\r\n${text}`;
    }
    if (inData) text = text.slice(1 - end.length);
    if (replies) socket.write(replies);
    if (replies.endsWith('221 sink.example\r\n')) socket.end();
  });
}

createServer(serve).listen(Number(process.argv[2]), '127.0.0.1');
