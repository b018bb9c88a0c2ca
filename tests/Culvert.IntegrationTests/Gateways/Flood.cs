using System.Buffers.Binary;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests.Gateways;

/// <summary>The messages that one end sends as fast as it can, and that the other end checks one by one.</summary>
internal sealed class Flood
{
    private readonly byte[][] _payloads;
    private readonly byte[][] _masked;
    private readonly byte[][] _plain;
    private long _sent;

    public Flood(int messages, int bytes)
    {
        var random = new Random(bytes);
        _payloads = new byte[messages][];
        for (var i = 0; i < messages; i++)
        {
            _payloads[i] = new byte[bytes];
            random.NextBytes(_payloads[i]);
            BinaryPrimitives.WriteInt32BigEndian(_payloads[i], i);
        }

        _masked = [.. _payloads.Select(payload => RawFrame.Build(RawFrame.BinaryMessage, payload))];
        _plain = [.. _payloads.Select(payload => RawFrame.Build(RawFrame.BinaryMessage, payload, masked: false))];
    }

    /// <summary>Messages that were sent, in all sessions.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Sends all, each of which may take so long.</summary>
    public async Task SendAsync(RawWebSocket from, double seconds)
    {
        foreach (var frame in from.IsServer ? _plain : _masked)
        {
            await from.SendAsync(frame, seconds);
            Interlocked.Increment(ref _sent);
        }
    }

    /// <summary>Reads all, answering pings; fails at the first that is not as it was sent, or not in order.</summary>
    public async Task ReceiveAsync(RawWebSocket to)
    {
        for (var i = 0; i < _payloads.Length;)
        {
            var frame = await to.ReadAsync(60) ?? throw new EndOfStreamException($"the end before message {i}");
            if (frame.Opcode == RawFrame.Ping)
            {
                await to.SendFrameAsync(RawFrame.Pong, frame.Payload);
                continue;
            }

            Assert.True(
                frame.Opcode == RawFrame.BinaryMessage && frame.Payload.AsSpan().SequenceEqual(_payloads[i]),
                $"message {i}: opcode {frame.Opcode}, {frame.Payload.Length} bytes, {frame.Text[..20]}");
            i++;
        }
    }
}
