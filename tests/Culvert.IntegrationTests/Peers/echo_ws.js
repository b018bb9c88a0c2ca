// Everything a WebSocket client can send, to an echo: what comes back must be the same, and the end orderly.
'use strict';
const assert = require('node:assert');
const WebSocket = require('ws');

async function run(url, perMessageDeflate) {
    const socket = new WebSocket(url, { perMessageDeflate, maxPayload: 0 });
    const answers = [];
    const waiting = [];
    socket.on('message', (data, isBinary) => {
        const wanted = waiting.shift();
        if (wanted) wanted({ data, isBinary }); else answers.push({ data, isBinary });
    });
    await new Promise((done, failed) => socket.once('open', done).once('error', failed));
    assert.equal(socket.extensions.includes('permessage-deflate'), perMessageDeflate !== false);
    const next = () => answers.length
        ? Promise.resolve(answers.shift())
        : new Promise(done => waiting.push(done));
    const same = async (message, binary) => {
        socket.send(message, { binary });
        const { data, isBinary } = await next();
        assert.equal(isBinary, binary);
        assert(data.equals(Buffer.from(message)), `${data.length} bytes`);
    };
    for (const size of [0, 1, 125, 126, 65535, 65536]) {
        await same('x'.repeat(size), false);
        await same(Buffer.alloc(size, 7), true);
    }
    await same('grüße 日本 🎉', false);
    for (let part = 0; part < 1000; part++) {
        socket.send(`part ${part} `, { fin: part === 999 });
    }
    const whole = (await next()).data.toString();
    assert(whole.startsWith('part 0 part 1 ') && whole.endsWith('part 999 '));
    const big = Buffer.alloc(16 * 1024 * 1024);
    for (let i = 0; i < big.length; i += 97) big[i] = i;
    await same(big, true);
    const pong = new Promise(done => socket.once('pong', done));
    socket.ping('are you there');
    assert.equal((await pong).toString(), 'are you there');
    const closed = new Promise(done => socket.once('close', code => done(code)));
    socket.close(1000, 'done');
    assert.equal(await closed, 1000);
}

(async () => {
    const url = process.argv[2];
    await run(url, false);
    await run(url, true);
    console.log('ok');
})().catch(error => { console.error(error); process.exit(1); });
