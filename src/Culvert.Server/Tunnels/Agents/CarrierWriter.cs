using System.IO.Pipelines;
using Culvert.Server.Connections;

namespace Culvert.Server.Tunnels.Agents;

/// <summary>
/// What goes out on a carrier: the session's batches one after the other, and pings and pongs between two of them. Who
/// has a ping or pong to send never waits. Safe for concurrent use.
/// </summary>
internal sealed class CarrierWriter(PipeWriter output) : IAsyncDisposable
{
    // Held by whoever writes; what the others have to say goes out with that.
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Lock _gate = new();
    private byte[]? _pong;
    private bool _owesPing;
    private Task _flushing = Task.CompletedTask;
    private volatile bool _isClosed;

    /// <summary>True when the last frame has been sent.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Sends a frame. Not needed any more when the task completes, and not before.</summary>
    /// <param name="frame">Header and payload.</param>
    /// <param name="cancellationToken">Ends the wait for others that write.</param>
    /// <exception cref="IOException">The connection is lost or closed.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (_isClosed)
            {
                throw new IOException("closed");
            }

            await SendAsync(frame);
            await SendPostedAsync();
        }
        finally
        {
            _writing.Release();
        }

        BeginPosted();
    }

    /// <summary>Sends the Close, once and last; false when it cannot be sent in time.</summary>
    public async ValueTask<bool> TryCloseAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        var holds = false;
        try
        {
            await _writing.WaitAsync(cancellationToken);
            holds = true;
            if (!_isClosed)
            {
                await SendAsync(frame).AsTask().WaitAsync(cancellationToken);
                _isClosed = true;
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The peer has gone, or takes nothing.
            return false;
        }
        finally
        {
            if (holds)
            {
                _writing.Release();
            }
        }
    }

    /// <summary>Answers a ping; of several that wait, the last is answered (RFC 6455 §5.5.3).</summary>
    public void PostPong(ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            _pong = Frames.Pong(payload);
        }

        BeginPosted();
    }

    public void PostPing()
    {
        lock (_gate)
        {
            _owesPing = true;
        }

        BeginPosted();
    }

    /// <summary>Call when nobody writes any more, and nobody can hold the peer's end open.</summary>
    public async ValueTask DisposeAsync()
    {
        Task flushing;
        lock (_gate)
        {
            flushing = _flushing;
        }

        await flushing;
        _writing.Dispose();
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (output is SocketPipeWriter direct)
        {
            // From where it lies, without a copy.
            var sent = direct.SendNow(bytes.Span);
            if (sent < bytes.Length && !direct.HasEnded)
            {
                await direct.SendAsync(bytes[sent..]);
            }

            if (direct.HasEnded)
            {
                throw new IOException("connection lost");
            }

            return;
        }

        try
        {
            if ((await output.WriteAsync(bytes)).IsCompleted)
            {
                throw new IOException("connection lost");
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or OperationCanceledException)
        {
            throw new IOException("connection lost", exception);
        }
    }

    private async ValueTask SendPostedAsync()
    {
        while (!_isClosed && TryTakePosted(out var frame))
        {
            await SendAsync(frame);
        }
    }

    private bool TryTakePosted(out byte[] frame)
    {
        lock (_gate)
        {
            frame = _pong ?? (_owesPing ? Frames.Ping : []);
            _owesPing = _owesPing && _pong is not null;
            _pong = null;
        }

        return frame.Length > 0;
    }

    /// <summary>Sends them now, unless somebody writes: then they go with that.</summary>
    private void BeginPosted()
    {
        lock (_gate)
        {
            if (!_isClosed && (_pong is not null || _owesPing) && _writing.Wait(0, CancellationToken.None))
            {
                _flushing = FlushPostedAsync();
            }
        }
    }

    private async Task FlushPostedAsync()
    {
        // The caller holds the lock.
        await Task.Yield();
        try
        {
            await SendPostedAsync();
        }
        catch (IOException)
        {
            // The reader hears of it, too.
            return;
        }
        finally
        {
            _writing.Release();
        }

        BeginPosted();
    }
}
