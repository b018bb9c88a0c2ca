// Publishes, follows and resumes with Node's module ws, on both WebSocket faces.
'use strict';
const assert = require('node:assert');
const WebSocket = require('ws');

const [url, token] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}` };

function open(path) {
    const socket = new WebSocket(url + path, { headers });
    const waiting = [];
    const lines = [];
    socket.on('message', (data, isBinary) => {
        assert(!isBinary);
        for (const line of data.toString().split('\n')) {
            const wanted = waiting.shift();
            if (wanted) wanted(JSON.parse(line)); else lines.push(JSON.parse(line));
        }
    });
    const next = () => lines.length
        ? Promise.resolve(lines.shift())
        : new Promise(done => waiting.push(done));
    const until = async wanted => {
        for (;;) {
            const line = await next();
            if (wanted(line)) return line;
        }
    };
    const closed = new Promise(done => socket.once('close', done));
    return new Promise((done, failed) => {
        socket.once('open', () => done({
            until, closed, next,
            send: value => socket.send(typeof value === 'string' ? value : JSON.stringify(value)),
            close: () => socket.close(1000),
            cut: () => socket.terminate(),
        }));
        socket.once('error', failed);
    });
}

async function main() {
    const first = await open('/v1/ws');
    assert.equal((await first.next()).ev, 'hello');
    first.send({ id: 1, op: 'sub', room: 'lobby' });
    const { ok } = await first.until(line => line.re === 1);
    first.send({ id: 2, op: 'pub', room: 'lobby', key: 'n-1', data: { text: 'from Node' } });
    const event = await first.until(line => line.ev === 'msg');
    assert.equal(event.key, 'n-1');
    first.cut();

    const second = await open('/v1/ws');
    second.send({ id: 3, op: 'pub', room: 'lobby', batch: [{ key: 'n-2', data: 2 }, { key: 'n-3', data: 3 }] });
    assert.equal((await second.until(line => line.re === 3)).ok.results.length, 2);
    second.close();
    assert.equal(await second.closed, 1000);

    const third = await open('/v1/ws');
    third.send({ id: 4, op: 'sub', room: 'lobby', since: `${ok.epoch}-${event.offset}` });
    const keys = [];
    await third.until(line => {
        if (line.ev === 'msg') keys.push(line.key);
        return line.ev === 'ready';
    });
    assert.deepEqual(keys, ['n-2', 'n-3']);
    third.close();

    const plain = await open('/ws/lobby');
    plain.send('plainly');
    const message = await plain.next();
    assert.equal(message.text, 'plainly');
    assert.equal(message.user, 'owner');
    plain.close();
    assert.equal(await plain.closed, 1000);
    console.log('ok');
}

main().catch(error => { console.error(error); process.exit(1); });
