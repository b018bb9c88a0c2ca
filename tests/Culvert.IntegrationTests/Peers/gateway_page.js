// A page that is a client of the gateway; the cases are those of gateway_cases.py. Returns the names of those it ran.
async (url, nonce) => {
    const limit = 60_000;
    const check = (got, want) => {
        if (JSON.stringify(got) !== JSON.stringify(want)) {
            throw new Error(`${JSON.stringify(got)} in place of ${JSON.stringify(want)}`);
        }
    };
    const within = (promise, what) => Promise.race([
        promise,
        new Promise((_, failed) => setTimeout(() => failed(new Error(`no ${what} in time`)), limit))]);
    const receipt = async message => {
        const body = typeof message === 'string' ? new TextEncoder().encode(message) : new Uint8Array(message);
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
        const digits = [...hash].map(byte => byte.toString(16).padStart(2, '0')).join('');
        return `${typeof message === 'string' ? 'text' : 'binary'} ${body.length} ${digits}`;
    };
    const random = size => {
        const bytes = new Uint8Array(size);
        for (let at = 0; at < size; at += 65536) {
            crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + 65536)));
        }
        return bytes.buffer;
    };
    // The limit of the route is on the message as it travels: this one shrinks a little, and never grows.
    const shrinking = size => new Uint8Array(random(size)).map(byte => byte & 63).buffer;
    const open = async route => {
        const socket = new WebSocket(url + route);
        const messages = [];
        const waiting = [];
        socket.binaryType = 'arraybuffer';
        socket.onmessage = ({ data }) => waiting.length ? waiting.shift()(data) : messages.push(data);
        socket.receive = () => within(
            messages.length ? Promise.resolve(messages.shift()) : new Promise(done => waiting.push(done)), 'message');
        socket.closed = new Promise(done => {
            socket.onclose = event => done([event.code, event.reason, event.wasClean]);
        });
        await within(new Promise((done, failed) => {
            socket.onopen = done;
            socket.onerror = () => failed(new Error('not opened'));
        }), 'answer');
        return socket;
    };
    const echo = async (socket, message) => {
        const want = await receipt(message);
        socket.send(message);
        check(await socket.receive(), want);
        check(await receipt(await socket.receive()), want);
    };
    const cases = {
        // Chromium always offers compression.
        deflate: async socket => {
            check(socket.extensions.split(';')[0], 'permessage-deflate');
            socket.send('!extensions');
            check((await socket.receive()).split(';')[0], 'permessage-deflate');
            await echo(socket, 'the same again and again '.repeat(40_000));
        },
        text: async socket => {
            for (const size of [5, 125, 126, 65535, 65536]) await echo(socket, 'x'.repeat(size));
        },
        binary: async socket => {
            for (const size of [256, 65535, 65536]) await echo(socket, random(size));
        },
        empty: async socket => {
            await echo(socket, '');
            await echo(socket, new ArrayBuffer(0));
            await echo(socket, '');
        },
        astral: socket => echo(socket, '🎉𝔘𐍈\u{10ffff}\0é'.repeat(1000)),
        big: socket => echo(socket, shrinking(16 * 1024 * 1024)),
        fragments_back: async socket => {
            socket.send('!fragments 1000');
            const want = Array.from({ length: 1000 }, (_, number) => `part ${number} 🎉 `).join('');
            check(await receipt(await socket.receive()), await receipt(want));
        },
        ping: async socket => {
            socket.send('!ping and you 🎉');
            check(await socket.receive(), 'pong and you 🎉');
        },
        client_closes: async socket => {
            socket.close(4001, `${nonce} grüße 🎉`);
            // aiohttp answers every Close with 1000.
            const [code, , wasClean] = await within(socket.closed, 'end');
            check([[4001, 1000].includes(code), wasClean], [true, true]);
        },
        backend_closes: async socket => {
            socket.send(`!close 4002 ${nonce} genug 🎉`);
            check(await within(socket.closed, 'end'), [4002, `${nonce} genug 🎉`, true]);
        },
        // A Close without a code: 1005 is what stands in for it. aiohttp gives one all the same.
        bare_close: async socket => {
            socket.close();
            const [code, , wasClean] = await within(socket.closed, 'end');
            check([[1005, 1000].includes(code), wasClean], [true, true]);
        },
    };
    const oneLeg = async (socket, here, there) => {
        check(socket.extensions.split(';')[0], here);
        socket.send('!extensions');
        check((await socket.receive()).split(';')[0], there);
        await echo(socket, 'the same again and again '.repeat(40_000));
        for (const name of ['text', 'binary', 'empty', 'astral', 'fragments_back', 'ping']) await cases[name](socket);
    };
    const deflate = 'permessage-deflate';
    cases.client_leg = socket => oneLeg(socket, deflate, '');
    cases.backend_leg = socket => oneLeg(socket, '', deflate);
    cases.both_legs = socket => oneLeg(socket, deflate, deflate);
    // Where the gateway compresses by itself, and on which sides, is said by the route.
    const routes = { client_leg: '-client', backend_leg: '-backEnd', both_legs: '-both' };
    for (const [name, run] of Object.entries(cases)) {
        const socket = await open(routes[name] ?? '');
        try {
            await run(socket);
        } catch (error) {
            throw new Error(`${name}: ${error.message}`);
        } finally {
            socket.close();
        }
    }
    return Object.keys(cases);
}
