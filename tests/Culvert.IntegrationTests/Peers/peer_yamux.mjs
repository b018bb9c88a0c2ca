// The other end of a yamux session over TCP, with the implementation of js-libp2p. Orders come as lines on standard
// input; what happens is printed.
import { createHash, randomBytes } from 'node:crypto';
import net from 'node:net';
import readline from 'node:readline';
import { pathToFileURL } from 'node:url';

// The modules are written for Node 22; this is all of it that Debian's Node does not have.
Promise.withResolvers ??= () => {
    const all = {};
    all.promise = new Promise((resolve, reject) => Object.assign(all, { resolve, reject }));
    return all;
};

const [modules, role, port] = process.argv.slice(2);
const { yamux } = await import(pathToFileURL(`${modules}/@chainsafe/libp2p-yamux/dist/src/index.js`));

const say = line => process.stdout.write(`${line}\n`);
const quiet = () => Object.assign(() => {}, { error() {}, trace() {}, newScope: quiet });
const bytesOf = data => data instanceof Uint8Array ? data : data.subarray();
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

/** What the multiplexer expects of a connection, above a socket. */
class Connection extends EventTarget {
    constructor(socket, direction) {
        super();
        this.socket = socket;
        this.direction = direction;
        this.log = quiet();
        socket.on('data', data => this.tell('message', { data }));
        socket.on('drain', () => this.tell('drain'));
        socket.on('error', error => say(`socket ${error.code}`));
        socket.on('end', () => socket.end());
        socket.on('close', () => this.tell('close'));
    }

    tell(name, more = {}) { this.dispatchEvent(Object.assign(new Event(name), more)); }
    send(data) { return this.socket.write(bytesOf(data)); }
    abort(error) {
        say(`abort ${error.message}`);
        this.socket.destroy();
    }
}

/** The first byte of a stream says what is to be done with it. */
function serve(stream) {
    let order;
    const hash = createHash('sha256');
    stream.addEventListener('message', event => {
        let data = Buffer.from(bytesOf(event.data));
        if (order === undefined) {
            order = String.fromCharCode(data[0]);
            data = data.subarray(1);
            if (order === 'r') stream.abort(new Error('as asked'));
        }
        if (order === 'h') hash.update(data);
        if (order === 'e' && data.length > 0) stream.send(data);
    });
    stream.addEventListener('remoteCloseWrite', () => {
        // The half that was closed is the peer's; the answer goes out on the other.
        if (order === 'h') stream.send(Buffer.from(hash.digest('hex')));
        stream.close().catch(error => say(`close ${error.message}`));
    });
    stream.addEventListener('close', event => {
        if (order === 'a') say(event.error ? 'was reset' : 'was closed');
    });
}

async function exchange(muxer, size) {
    const sent = randomBytes(size);
    const stream = await muxer.createStream();
    const parts = [];
    stream.addEventListener('message', event => parts.push(Buffer.from(bytesOf(event.data))));
    const ended = new Promise((done, failed) => {
        stream.addEventListener('remoteCloseWrite', done);
        stream.addEventListener('close', event => event.error ? failed(event.error) : done());
    });
    for (let at = 0; at < size; at += 60_000) {
        if (!stream.send(sent.subarray(at, at + 60_000))) await stream.onDrain();
    }
    await stream.close();
    await ended;
    return sha256(sent) === sha256(Buffer.concat(parts));
}

async function obey(muxer, line) {
    const [order, count, size] = line.split(' ');
    switch (order) {
        case 'ping':
            await muxer.ping();
            return say('pong');
        case 'open': {
            const all = Array.from({ length: Number(count) }, () => exchange(muxer, Number(size)));
            return say((await Promise.all(all)).every(Boolean) ? 'echoed' : `${line}: something else came back`);
        }
        case 'reset': {
            const stream = await muxer.createStream();
            const echoed = new Promise(done => stream.addEventListener('message', done, { once: true }));
            stream.send(Buffer.from('some'));
            await echoed;
            return stream.abort(new Error('as asked'));
        }
        case 'leave':
            return muxer.close();
        default:
            return say(`no order: ${order}`);
    }
}

function run(socket, direction) {
    socket.setNoDelay(true);
    const muxer = yamux()().createStreamMuxer(new Connection(socket, direction));
    muxer.addEventListener('stream', event => serve(event.detail));
    socket.on('close', () => {
        say(`went away ${muxer.remoteGoAway}`);
        process.exit(0);
    });
    readline.createInterface({ input: process.stdin })
        .on('line', line => obey(muxer, line).catch(error => say(`${line}: ${error.stack}`)));
    say('ready');
}

if (role === 'server') {
    const listener = net.createServer(socket => {
        listener.close();
        run(socket, 'inbound');
    });
    listener.listen(0, '127.0.0.1', () => say(`port ${listener.address().port}`));
} else {
    const socket = net.connect(Number(port), '127.0.0.1', () => run(socket, 'outbound'));
}
