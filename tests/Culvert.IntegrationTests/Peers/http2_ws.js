// A WebSocket over HTTP/2 (RFC 8441), with nothing but Node's own http2: an echo gets a text back, and closes in order.
// node http2_ws.js http://127.0.0.1:PORT/echo
'use strict';
const http2 = require('http2');
const url = new URL(process.argv[2]);

function fail(why) {
  console.error(why);
  process.exit(1);
}

function masked(opcode, payload) {
  const key = Buffer.from([1, 2, 3, 4]);
  const body = Buffer.from(payload.map((byte, index) => byte ^ key[index % 4]));
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length]), key, body]);
}

const session = http2.connect(url.origin);
session.on('error', (error) => fail(`session: ${error.message}`));
session.on('remoteSettings', (settings) => {
  if (!settings.enableConnectProtocol) {
    fail('the server does not offer extended CONNECT');
  }

  const stream = session.request({
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':scheme': 'http',
    ':path': url.pathname,
    'sec-websocket-version': '13',
  }, { endStream: false });
  let received = Buffer.alloc(0);
  stream.on('error', (error) => fail(`stream: ${error.message}`));
  stream.on('response', (headers) => {
    if (headers[':status'] !== 200) {
      fail(`status ${headers[':status']}`);
    }

    stream.write(masked(0x1, Buffer.from('over HTTP/2')));
    stream.write(masked(0x8, Buffer.from([0x03, 0xE8])));
  });
  stream.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
  });
  stream.on('end', () => {
    const expected = Buffer.concat([
      Buffer.from([0x81, 11]), Buffer.from('over HTTP/2'), Buffer.from([0x88, 2, 0x03, 0xE8]),
    ]);
    if (!received.equals(expected)) {
      fail(`received ${received.toString('hex')}`);
    }

    console.log('ok');
    stream.end();
    session.close();
  });
});
