using Culvert.Protocol.Multiplexing;

namespace Culvert.Tests.Multiplexing;

/// <summary>Two joined state machines in simulated time.</summary>
internal sealed class MuxFlood
{
    private readonly Random _random;
    private readonly End _client;
    private readonly End _server;
    private TimeSpan _now;

    public MuxFlood(int seed)
    {
        _random = new Random(seed);
        var options = new MultiplexerOptions { MaxStreamWindow = 1 << _random.Next(18, 22) };
        _client = new End(MuxRole.Client, options, _random);
        _server = new End(MuxRole.Server, options, _random);
    }

    public void Run()
    {
        var streams = _random.Next(1, 12);
        for (var count = 0; count < streams; count++)
        {
            (_random.Next(2) == 0 ? _client : _server).Open(_now);
        }

        var steps = 0;
        while (!_client.IsDone || !_server.IsDone || _client.Streams != streams || _server.Streams != streams)
        {
            Assert.True(++steps < 200_000, "no progress: the two wait for each other");
            _now += TimeSpan.FromMilliseconds(_random.Next(5));
            switch (_random.Next(6))
            {
                case 0:
                    _client.Send(_now);
                    break;
                case 1:
                    _server.Send(_now);
                    break;
                case 2:
                    _client.Deliver(_server, _now);
                    break;
                case 3:
                    _server.Deliver(_client, _now);
                    break;
                case 4:
                    _client.Consume(_now);
                    break;
                default:
                    _server.Consume(_now);
                    break;
            }
        }

        Assert.Equal(0, _client.Mux.UnreadBytes);
        Assert.Equal(0, _server.Mux.UnreadBytes);
    }

    private sealed class End(MuxRole role, MultiplexerOptions options, Random random)
    {
        private readonly List<Flow> _flows = [];
        private readonly List<byte> _wire = [];

        public Multiplexer Mux { get; } = new(role, options);

        public int Streams => _flows.Count;

        public bool IsDone => _flows.All(f => f.State.IsGone && f.HasEnded) && _wire.Count == 0;

        public void Open(TimeSpan now)
        {
            Assert.Equal(MuxOpening.Opened, Mux.TryOpen(now, out var state));
            Add(state!);
        }

        public void Send(TimeSpan now)
        {
            if (random.Next(10) == 0)
            {
                Mux.Ping();
            }

            while (Mux.TryTakeControl(now, out var control))
            {
                Append(control, null);
            }

            foreach (var flow in _flows)
            {
                var offered = random.NextInt64(flow.ToSend + 1);
                if (Mux.TryTakeData(
                    flow.State, offered, offered == flow.ToSend, random.Next(1, 100_000), now, out var header))
                {
                    Append(header, flow);
                }
            }
        }

        /// <summary>Some of what is on the way arrives.</summary>
        public void Deliver(End to, TimeSpan now)
        {
            var count = random.Next(Math.Min(_wire.Count, 300_000) + 1);
            ReadOnlySpan<byte> bytes = _wire.GetRange(0, count).ToArray();
            _wire.RemoveRange(0, count);
            while (to.Mux.TryReceive(ref bytes, now, out var received))
            {
                to.Take(received);
            }

            Assert.Equal(MuxViolation.None, to.Mux.Violation);
        }

        public void Consume(TimeSpan now)
        {
            foreach (var flow in _flows.Where(_ => random.Next(3) > 0))
            {
                Assert.True(flow.State.Unread <= flow.State.ReceiveWindow);
                Mux.Consume(flow.State, random.NextInt64(flow.State.Unread + 1), now);
            }
        }

        private void Take(MuxEvent received)
        {
            if (received.Has(MuxSignals.Opened))
            {
                Add(received.Stream!);
                Mux.Accept(received.Stream!);
            }

            Assert.False(received.Has(MuxSignals.Reset | MuxSignals.Evicted));
            var flow = (Flow?)received.Stream?.Owner;
            foreach (var value in received.Payload)
            {
                Assert.Equal(Pattern(flow!.State.Id, flow.Received++), value);
            }

            if (received.Has(MuxSignals.Finished))
            {
                Assert.Equal(Size(!flow!.State.IsLocal, flow.State.Id), flow.Received);
                flow.HasEnded = true;
            }
        }

        private void Add(MuxStreamState state)
        {
            var flow = new Flow(state) { ToSend = Size(state.IsLocal, state.Id) };
            state.Owner = flow;
            _flows.Add(flow);
        }

        private void Append(MuxHeader header, Flow? flow)
        {
            var bytes = new byte[MuxHeader.Bytes];
            header.Write(bytes);
            _wire.AddRange(bytes);
            for (var count = 0; count < header.PayloadBytes; count++)
            {
                _wire.Add(Pattern(flow!.State.Id, flow.Sent++));
            }

            if (flow is not null)
            {
                flow.ToSend -= header.PayloadBytes;
            }
        }

        private static byte Pattern(uint id, long offset) => (byte)((offset * 31) + (offset >> 8) + id);

        /// <summary>What the end that opened a stream sends on it, and the other: nothing, a little or a lot.</summary>
        private static long Size(bool byOpener, uint id) => ((id * 2) + (byOpener ? 1u : 0u)) % 4 switch
        {
            0 => 0,
            1 => 300 + id,
            2 => 70_000 + id,
            _ => 900_000 + id,
        };
    }

    private sealed class Flow(MuxStreamState state)
    {
        public MuxStreamState State { get; } = state;

        public long ToSend { get; set; }

        public long Sent { get; set; }

        public long Received { get; set; }

        public bool HasEnded { get; set; }
    }
}
