using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Culvert.Client.Multiplexing;

namespace Culvert.Client.Tunnels;

/// <summary>
/// Passes bytes between a connection and a stream until both directions have ended. An end is passed on, and a reset
/// too: neither side can take a broken connection for a finished one.
/// </summary>
/// <remarks>Runs once. Besides the stream's own buffers it has none.</remarks>
internal sealed class SocketRelay
{
    private const int SmallBytes = 4 * 1024;
    private const int LargeBytes = 64 * 1024;

    // So much is handed to the system at once; then the other end gets credit for it.
    private const int MaxSendBytes = 128 * 1024;

    // In between it is seen whether the stream is still there: nobody reads or writes it then.
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly MuxStream _stream;
    private readonly TimeSpan _linger;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<ArraySegment<byte>> _segments = [];
    private ITimer? _timer;
    private bool _isOver;
    private long _activeAt;
    private string? _error;

    /// <param name="socket">Connected; owned from here on.</param>
    /// <param name="stream">Raw; owned from here on.</param>
    /// <param name="linger">How long one direction may be silent after the other has ended.</param>
    /// <param name="time">The clock.</param>
    public SocketRelay(Socket socket, MuxStream stream, TimeSpan linger, TimeProvider time)
    {
        _socket = socket;
        _stream = stream;
        _linger = linger;
        _time = time;
        _activeAt = time.GetTimestamp();
    }

    /// <summary>Bytes from the connection to the stream.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Bytes from the stream to the connection.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>Passes bytes until the end.</summary>
    /// <param name="cancellationToken">Breaks both sides.</param>
    /// <returns>Null after a proper end of both directions; otherwise what broke it.</returns>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(_ => Break("stopped"), null);
        await using (registration.ConfigureAwait(false))
        {
            await Task.WhenAll(SendAsync(), ReceiveAsync()).ConfigureAwait(false);
        }

        ITimer? timer;
        lock (_lock)
        {
            _isOver = true;
            timer = _timer;
        }

        if (timer is not null)
        {
            await timer.DisposeAsync().ConfigureAwait(false);
        }

        _socket.Dispose();
        await _stream.DisposeAsync().ConfigureAwait(false);
        return _error;
    }

    /// <summary>From the connection to the stream. Ends with the connection's direction, or with either side.</summary>
    private async Task SendAsync()
    {
        var output = _stream.Output;
        var size = SmallBytes;
        var isBusy = false;
        try
        {
            while (true)
            {
                if (!isBusy)
                {
                    // Waits without a buffer: most connections are idle most of the time.
                    await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).ConfigureAwait(false);
                }

                var memory = output.GetMemory(size);
                var count = await _socket.ReceiveAsync(memory, SocketFlags.None).ConfigureAwait(false);
                if (count == 0)
                {
                    _stream.Finish();
                    EndHalf();
                    return;
                }

                isBusy = count == memory.Length;
                size = isBusy ? LargeBytes : count < SmallBytes ? SmallBytes : size;
                SentBytes += count;
                NoteActivity();
                output.Advance(count);
                if ((await output.FlushAsync(CancellationToken.None).ConfigureAwait(false)).IsCompleted)
                {
                    Break($"the stream has ended ({_stream.End})");
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Break(e.Message);
        }
    }

    /// <summary>From the stream to the connection. Ends with the stream's direction, or with either side.</summary>
    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var read = await _stream.Input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
                var part = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, MaxSendBytes));
                var isLast = read.IsCompleted && part.Length == read.Buffer.Length;
                if (!part.IsEmpty)
                {
                    await WriteAsync(part).ConfigureAwait(false);
                    ReceivedBytes += part.Length;
                    NoteActivity();
                }

                _stream.Input.AdvanceTo(part.End);
                if (!isLast)
                {
                    continue;
                }

                if (_stream.PeerFinished)
                {
                    _socket.Shutdown(SocketShutdown.Send);
                    EndHalf();
                }
                else
                {
                    Break($"the stream broke ({_stream.End})");
                }

                return;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Break(e.Message);
        }
    }

    private async ValueTask WriteAsync(ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            for (var rest = bytes.First; !rest.IsEmpty;)
            {
                rest = rest[await _socket.SendAsync(rest, SocketFlags.None).ConfigureAwait(false)..];
            }

            return;
        }

        // One call for all of them: the stream keeps its bytes in pieces of at most 16 KiB.
        _segments.Clear();
        foreach (var segment in bytes)
        {
            if (!segment.IsEmpty)
            {
                // Pools of arrays are all that streams are made with.
                _ = MemoryMarshal.TryGetArray(segment, out var array);
                _segments.Add(array);
            }
        }

        var sent = 0L;
        while (sent < bytes.Length)
        {
            var count = await _socket.SendAsync(_segments, SocketFlags.None).ConfigureAwait(false);
            sent += count;
            DropSent(count);
        }
    }

    private void DropSent(int count)
    {
        var whole = 0;
        while (whole < _segments.Count && _segments[whole].Count <= count)
        {
            count -= _segments[whole++].Count;
        }

        _segments.RemoveRange(0, whole);
        if (count > 0)
        {
            _segments[0] = _segments[0][count..];
        }
    }

    private void NoteActivity() => Volatile.Write(ref _activeAt, _time.GetTimestamp());

    /// <summary>One direction has ended properly; the other one may not be silent for ever.</summary>
    private void EndHalf()
    {
        NoteActivity();
        lock (_lock)
        {
            if (!_isOver && _timer is null)
            {
                _timer = _time.CreateTimer(_ => Watch(), null, WatchInterval, WatchInterval);
            }
        }
    }

    private void Watch()
    {
        if (_stream.End is not (MuxStreamEnd.None or MuxStreamEnd.Finished))
        {
            Break($"the stream broke ({_stream.End})");
        }
        else if (_time.GetElapsedTime(Volatile.Read(ref _activeAt)) >= _linger)
        {
            Break("one direction had ended, and nothing came from the other");
        }
    }

    private void Break(string why)
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            _error ??= why;
        }

        _stream.Abort();
        SocketReset.Reset(_socket);
    }
}
