// A client of the gateway on Node's ws: URL NONCE CASE... The cases are those of gateway_cases.py.
'use strict';
const assert = require('node:assert');
const { createHash, randomBytes } = require('node:crypto');
const WebSocket = require('ws');

const receipt = message => {
    const body = Buffer.from(message);
    const hash = createHash('sha256').update(body).digest('hex');
    return `${typeof message === 'string' ? 'text' : 'binary'} ${body.length} ${hash}`;
};

class Socket {
    constructor(url, perMessageDeflate) {
        this.socket = new WebSocket(url, { perMessageDeflate, maxPayload: 0 });
        this.messages = [];
        this.waiting = [];
        this.socket.on('message', (data, isBinary) => {
            const message = isBinary ? data : data.toString();
            const wanted = this.waiting.shift();
            if (wanted) wanted(message); else this.messages.push(message);
        });
        this.opened = new Promise((done, failed) => this.socket.once('open', done).once('error', failed));
        this.closed = new Promise(done =>
            this.socket.once('close', (code, reason) => done([code, reason.toString()])));
    }

    receive() {
        return this.messages.length
            ? Promise.resolve(this.messages.shift())
            : new Promise(done => this.waiting.push(done));
    }

    async echo(message) {
        this.socket.send(message);
        await this.expect(message);
    }

    async expect(message) {
        const want = receipt(message);
        assert.equal(await this.receive(), want);
        assert.equal(receipt(await this.receive()), want);
    }
}

const parts = Array.from({ length: 1000 }, (_, number) => `part ${number} 🎉 `);

const cases = {
    async plain(socket) {
        assert.equal(socket.socket.extensions, '');
        socket.socket.send('!extensions');
        assert.equal(await socket.receive(), '');
    },
    async text(socket) {
        for (const size of [5, 125, 126, 65535, 65536]) await socket.echo('x'.repeat(size));
        await socket.echo('grüße '.repeat(20_000));
    },
    async binary(socket) {
        for (const size of [256, 65535, 65536]) await socket.echo(randomBytes(size));
    },
    async empty(socket) {
        await socket.echo('');
        await socket.echo(Buffer.alloc(0));
        await socket.echo('');
    },
    async astral(socket) {
        await socket.echo('🎉𝔘𐍈\u{10ffff}\0é'.repeat(1000));
    },
    async big(socket) {
        await socket.echo(randomBytes(16 * 1024 * 1024));
    },
    async fragments_out(socket) {
        for (let part = 0; part < 1000; part++) socket.socket.send(parts[part], { fin: part === 999 });
        await socket.expect(parts.join(''));
    },
    async fragments_back(socket) {
        socket.socket.send('!fragments 1000');
        assert.equal(receipt(await socket.receive()), receipt(parts.join('')));
    },
    async ping(socket) {
        const pong = new Promise(done => socket.socket.once('pong', done));
        socket.socket.ping('are you there');
        assert.equal((await pong).toString(), 'are you there');
        socket.socket.send('!ping and you 🎉');
        assert.equal(await socket.receive(), 'pong and you 🎉');
        await socket.echo('after it');
    },
    async client_closes(socket, nonce) {
        socket.socket.close(4001, `${nonce} grüße 🎉`);
        // aiohttp answers every Close with 1000.
        assert([4001, 1000].includes((await socket.closed)[0]));
    },
    async backend_closes(socket, nonce) {
        socket.socket.send(`!close 4002 ${nonce} genug 🎉`);
        assert.deepEqual(await socket.closed, [4002, `${nonce} genug 🎉`]);
    },
    async deflate(socket) {
        assert(socket.socket.extensions.includes('permessage-deflate'));
        socket.socket.send('!extensions');
        assert((await socket.receive()).startsWith('permessage-deflate'));
        await socket.echo('the same again and again '.repeat(40_000));
        await socket.echo(randomBytes(300_000));
        await cases.text(socket);
        await cases.astral(socket);
    },
};

// The gateway compresses by itself: each end agreed on what stands here, whatever the other did.
async function oneLeg(socket, nonce, here, there) {
    assert.equal(socket.socket.extensions.split(';')[0], here);
    socket.socket.send('!extensions');
    assert.equal((await socket.receive()).split(';')[0], there);
    await socket.echo('the same again and again '.repeat(40_000));
    await socket.echo(randomBytes(300_000));
    for (const name of ['text', 'binary', 'empty', 'astral', 'fragments_out', 'fragments_back', 'ping']) {
        await cases[name](socket, nonce);
    }
}

const deflate = 'permessage-deflate';
cases.client_leg = (socket, nonce) => oneLeg(socket, nonce, deflate, '');
cases.backend_leg = (socket, nonce) => oneLeg(socket, nonce, '', deflate);
cases.both_legs = async (socket, nonce) => {
    await oneLeg(socket, nonce, deflate, deflate);
    await cases.backend_closes(socket, nonce);
};

// Where the gateway compresses by itself, and on which sides, is said by the route.
const routes = { client_leg: '-client', backend_leg: '-backEnd', both_legs: '-both' };

(async () => {
    const [url, nonce, ...names] = process.argv.slice(2);
    for (const name of names) {
        const compresses = name === 'deflate' || name in routes;
        const socket = new Socket(url + (routes[name] ?? ''), compresses && { threshold: 0 });
        await socket.opened;
        await cases[name](socket, nonce);
        socket.socket.close(1000, 'done');
        await socket.closed;
        console.log(name, 'ok');
    }
})().catch(error => { console.error(error); process.exit(1); });
