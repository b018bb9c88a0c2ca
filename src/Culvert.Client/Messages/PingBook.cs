using System.Buffers.Binary;

namespace Culvert.Client.Messages;

/// <summary>Which pings are under way, and how long the last one took. Thread-safe.</summary>
internal sealed class PingBook(TimeProvider time)
{
    /// <summary>How many are told apart; further ones share the last one's answer.</summary>
    private const int MaxUnderWay = 64;

    private readonly Lock _lock = new();
    private readonly Queue<(long Number, long SentAt, TaskCompletionSource<TimeSpan> Answered)> _underWay = [];
    private long _latencyTicks;
    private long _last;
    private bool _hasEnded;

    /// <summary>The way there and back, of the last answered ping; zero before.</summary>
    public TimeSpan Latency => new(Interlocked.Read(ref _latencyTicks));

    /// <summary>Begins a ping.</summary>
    /// <param name="payload">Eight bytes: receives what to send.</param>
    /// <returns>Its answer; cancelled when the connection ends first.</returns>
    public Task<TimeSpan> Begin(Span<byte> payload)
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return Task.FromCanceled<TimeSpan>(new CancellationToken(canceled: true));
            }

            if (_underWay.Count >= MaxUnderWay)
            {
                BinaryPrimitives.WriteInt64BigEndian(payload, _last);
                return _underWay.Last().Answered.Task;
            }

            BinaryPrimitives.WriteInt64BigEndian(payload, ++_last);
            var answered = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
            _underWay.Enqueue((_last, time.GetTimestamp(), answered));
            return answered.Task;
        }
    }

    /// <summary>
    /// A pong came: it answers its ping and those before it, which a peer may pass over (RFC 6455 §5.5.3). One that
    /// nobody waits for says nothing.
    /// </summary>
    public void Answer(ReadOnlySpan<byte> payload)
    {
        if (payload.Length != sizeof(long))
        {
            return;
        }

        var number = BinaryPrimitives.ReadInt64BigEndian(payload);
        lock (_lock)
        {
            while (number <= _last && _underWay.TryPeek(out var ping) && ping.Number <= number)
            {
                _underWay.Dequeue();
                var took = time.GetElapsedTime(ping.SentAt);
                Interlocked.Exchange(ref _latencyTicks, took.Ticks);
                ping.Answered.TrySetResult(took);
            }
        }
    }

    /// <summary>The connection has ended: no answers any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            _hasEnded = true;
            while (_underWay.TryDequeue(out var ping))
            {
                ping.Answered.TrySetCanceled();
            }
        }
    }
}
