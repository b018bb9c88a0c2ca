// The back end of gateway_backend_websockets.py on Node's ws.
'use strict';
const { createHash } = require('node:crypto');
const { WebSocketServer } = require('ws');

const receipt = (data, isBinary) =>
    `${isBinary ? 'binary' : 'text'} ${data.length} ${createHash('sha256').update(data).digest('hex')}`;

function obey(socket, order, rest) {
    if (order === '!extensions') {
        socket.send(socket.extensions);
    } else if (order === '!ping') {
        socket.once('pong', data => socket.send(`pong ${data}`));
        socket.ping(rest);
    } else if (order === '!fragments') {
        const count = Number(rest);
        for (let part = 0; part < count; part++) socket.send(`part ${part} 🎉 `, { fin: part === count - 1 });
    } else if (order === '!close') {
        const space = rest.indexOf(' ');
        socket.close(Number(rest.slice(0, space)), rest.slice(space + 1));
    }
}

const server = new WebSocketServer({
    host: '127.0.0.1',
    port: Number(process.argv[2]),
    maxPayload: 0,
    perMessageDeflate: { threshold: 0 },
});
server.on('listening', () => console.log('listening', server.address().port));
server.on('connection', socket => {
    socket.on('message', (data, isBinary) => {
        if (!isBinary && data[0] === 0x21) {
            const text = data.toString();
            const space = text.indexOf(' ');
            obey(socket, space < 0 ? text : text.slice(0, space), space < 0 ? '' : text.slice(space + 1));
        } else {
            socket.send(receipt(data, isBinary));
            socket.send(data, { binary: isBinary });
        }
    });
    socket.on('close', (code, reason) => console.log(JSON.stringify([code, reason.toString()])));
    socket.on('error', error => console.error(error.message));
});
