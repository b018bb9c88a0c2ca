using System.Buffers;
using Culvert.Server.Connections;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>Sends to one leg, for one writer at a time, and lets the sweep see how long that takes.</summary>
/// <remarks>Where the leg is a plain socket, what was received is sent from where it lies, without a copy.</remarks>
internal sealed class LegOutput(Leg leg, RelayClock clock)
{
    private readonly SocketPipeWriter? _socket = leg.Output as SocketPipeWriter;
    private long _blockedSince;
    private bool _hasEnded;

    /// <summary>Since when the peer has been taking nothing; 0 while it takes what comes.</summary>
    public long BlockedSince => Volatile.Read(ref _blockedSince);

    /// <summary>True when the peer took the connection away: what is sent goes nowhere.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Sends what a socket takes at once, and says how much that was; 0 where the leg is none.</summary>
    public int SendNow(ReadOnlySpan<byte> bytes)
    {
        if (_socket is null || _hasEnded)
        {
            return 0;
        }

        var sent = _socket.SendNow(bytes);
        _hasEnded = _socket.HasEnded;
        return sent;
    }

    /// <summary>Completes when the leg has taken all of it, or is gone. The memory is not needed afterwards.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_hasEnded)
        {
            return default;
        }

        if (_socket is null)
        {
            leg.Output.Write(bytes.Span);
            return FlushAsync();
        }

        var sent = _socket.SendNow(bytes.Span);
        _hasEnded = _socket.HasEnded;
        return sent == bytes.Length || _hasEnded ? default : SendRestAsync(_socket, bytes[sent..]);
    }

    /// <summary>As the other, in several pieces.</summary>
    public async ValueTask SendAsync(ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
        {
            await SendAsync(segment);
        }
    }

    /// <summary>Completes when the leg has taken what was written to its output, or is gone.</summary>
    public ValueTask FlushAsync()
    {
        var flushing = leg.Output.FlushAsync();
        if (!flushing.IsCompletedSuccessfully)
        {
            return AwaitAsync(flushing);
        }

        _hasEnded |= flushing.Result.IsCompleted;
        return default;
    }

    private async ValueTask AwaitAsync(ValueTask<System.IO.Pipelines.FlushResult> flushing)
    {
        Volatile.Write(ref _blockedSince, clock.Milliseconds);
        var flushed = await flushing;
        _hasEnded |= flushed.IsCompleted;
        Volatile.Write(ref _blockedSince, 0);
    }

    private async ValueTask SendRestAsync(SocketPipeWriter socket, ReadOnlyMemory<byte> rest)
    {
        Volatile.Write(ref _blockedSince, clock.Milliseconds);
        await socket.SendAsync(rest);
        _hasEnded = socket.HasEnded;
        Volatile.Write(ref _blockedSince, 0);
    }
}
