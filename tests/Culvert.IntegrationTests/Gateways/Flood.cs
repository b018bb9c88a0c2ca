using System.Buffers.Binary;
using System.Globalization;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests.Gateways;

/// <summary>
/// Messages that one end sends as fast as it can, until it is told to stop, and that the other end checks one by one.
/// </summary>
internal sealed class Flood
{
    private readonly byte[][] _payloads;
    private readonly byte[][] _masked;
    private readonly byte[][] _plain;
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopped;
    private long _awaited = long.MaxValue;
    private long _sent;

    /// <param name="different">After so many messages the first comes again.</param>
    /// <param name="bytes">Size of a message.</param>
    public Flood(int different, int bytes)
    {
        var random = new Random(bytes);
        _payloads = new byte[different][];
        for (var i = 0; i < different; i++)
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

    /// <summary>Ends when so many messages were sent.</summary>
    public Task SentAsync(long count)
    {
        Volatile.Write(ref _awaited, count);
        return _reached.Task;
    }

    /// <summary>No further messages; each sender says how many there were.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Sends until it is stopped; each message may take so long.</summary>
    public async Task SendAsync(RawWebSocket from, double seconds)
    {
        var frames = from.IsServer ? _plain : _masked;
        var count = 0;
        for (; !_isStopped; count++)
        {
            await from.SendAsync(frames[count % frames.Length], seconds);
            if (Interlocked.Increment(ref _sent) >= Volatile.Read(ref _awaited))
            {
                _reached.TrySetResult();
            }
        }

        await from.SendTextAsync(count.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Reads to the end of it, answering pings; fails at the first message that is not as it was sent, or not in order.
    /// </summary>
    public async Task ReceiveAsync(RawWebSocket to)
    {
        // An answer waits for what the same end is sending, and reading must not wait for either.
        List<Task> pongs = [];
        for (var count = 0; ;)
        {
            var frame = await to.ReadAsync(60) ?? throw new EndOfStreamException($"the end before message {count}");
            if (frame.Opcode == RawFrame.Ping)
            {
                pongs.Add(to.SendFrameAsync(RawFrame.Pong, frame.Payload, seconds: 120));
                continue;
            }

            if (frame.Opcode == RawFrame.TextMessage)
            {
                Assert.Equal(count.ToString(CultureInfo.InvariantCulture), frame.Text);
                await Task.WhenAll(pongs);
                return;
            }

            Assert.True(
                frame.Payload.AsSpan().SequenceEqual(_payloads[count % _payloads.Length]),
                $"message {count}: opcode {frame.Opcode}, {frame.Payload.Length} bytes");
            count++;
        }
    }
}
