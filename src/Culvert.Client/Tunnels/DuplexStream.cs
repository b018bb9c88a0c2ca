using System.Buffers;
using System.Net.Sockets;
using Culvert.Client.Messages;
using Culvert.Client.Multiplexing;

namespace Culvert.Client.Tunnels;

/// <summary>
/// A stream through the tunnel: bytes both ways, and each direction has its own end, as with a TCP connection.
/// </summary>
/// <remarks>
/// <para>
/// One reader and one writer at a time, which may be at work at once; the rest is safe from any thread. A blocking call
/// waits on its own thread and for nothing that needs that thread or its <see cref="SynchronizationContext"/>.
/// </para>
/// <para>
/// A read returns 0 only where the other side has finished properly. Any other end, a lost connection too, is an
/// <see cref="IOException"/>, and <see cref="End"/> says which. What waits to be sent or read is bounded: a writer
/// waits for a reader that is slow. Disposing finishes in order: what was written still goes out, and what still comes
/// is dropped; <see cref="Abort"/> does not.
/// </para>
/// </remarks>
public sealed class DuplexStream : Stream
{
    private readonly MuxStream _stream;
    private readonly TimeProvider _time;
    private int _readTimeout = Timeout.Infinite;
    private int _isFinished;
    private int _isDisposed;

    internal DuplexStream(MuxStream stream, string target, StreamRequest? request, TimeProvider time)
    {
        _stream = stream;
        _time = time;
        Target = target;
        PeerAddress = request?.Address;
        PeerUser = request?.User;
    }

    /// <summary>The target as it was asked for, or the name that it came in by.</summary>
    public string Target { get; }

    /// <summary>
    /// Of an accepted stream, the address of who opened it, by the server's word; null when not known, and of an opened
    /// one.
    /// </summary>
    public string? PeerAddress { get; }

    /// <summary>Of an accepted stream, the user who opened it, by the server's word; otherwise null.</summary>
    public string? PeerUser { get; }

    /// <summary>How it ended; <see cref="DuplexStreamEnd.None"/> before.</summary>
    public DuplexStreamEnd End => _stream.End switch
    {
        MuxStreamEnd.None => DuplexStreamEnd.None,
        MuxStreamEnd.Finished => DuplexStreamEnd.Finished,
        MuxStreamEnd.Aborted or MuxStreamEnd.OverBudget => DuplexStreamEnd.Aborted,
        MuxStreamEnd.CarrierLost or MuxStreamEnd.SessionClosed => DuplexStreamEnd.CarrierLost,
        _ => DuplexStreamEnd.Reset,
    };

    /// <inheritdoc/>
    public override bool CanRead => _isDisposed == 0;

    /// <inheritdoc/>
    public override bool CanWrite => _isDisposed == 0;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanTimeout => true;

    /// <summary>
    /// How long a blocking read waits, milliseconds; then it throws an <see cref="IOException"/>, and nothing is lost.
    /// Default: for ever, <see cref="Timeout.Infinite"/>.
    /// </summary>
    public override int ReadTimeout
    {
        get => _readTimeout;
        set
        {
            ArgumentOutOfRangeException.ThrowIfZero(value);
            ArgumentOutOfRangeException.ThrowIfLessThan(value, Timeout.Infinite);
            _readTimeout = value;
        }
    }

    /// <summary>Not supported.</summary>
    public override long Length => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    internal MuxStream Inner => _stream;

    /// <summary>
    /// Ends the direction to the other side, after all that was written; it reads 0 then. Reading goes on. Again, or
    /// after the end, does nothing.
    /// </summary>
    public void CompleteWrites()
    {
        if (Interlocked.Exchange(ref _isFinished, 1) == 0)
        {
            _stream.Finish();
        }
    }

    /// <summary>
    /// Resets the stream: what was not sent or read yet is lost, and the other side cannot take it for a proper end.
    /// </summary>
    public void Abort() => _stream.Abort();

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        var read = await _stream.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
        var part = read.Buffer.Slice(0, Math.Min(buffer.Length, read.Buffer.Length));
        part.CopyTo(buffer.Span);
        var isAtEnd = read.Buffer.IsEmpty && read.IsCompleted;
        var count = (int)part.Length;
        _stream.Input.AdvanceTo(part.End);
        return !isAtEnd || _stream.PeerFinished ? count : throw Broken();
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_readTimeout == Timeout.Infinite)
        {
            return BlockingCall.Wait(ReadAsync(buffer.AsMemory(offset, count)));
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(_readTimeout), _time);
        try
        {
            return BlockingCall.Wait(ReadAsync(buffer.AsMemory(offset, count), limit.Token));
        }
        catch (OperationCanceledException e)
        {
            throw new IOException("Nothing came in time.", new SocketException((int)SocketError.TimedOut, e.Message));
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var array = ArrayPool<byte>.Shared.Rent(buffer.Length);
        try
        {
            var count = Read(array, 0, buffer.Length);
            array.AsSpan(0, count).CopyTo(buffer);
            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    /// <summary>Writes; waits while too much waits to be sent.</summary>
    /// <param name="buffer">Free for other use when the call has ended.</param>
    /// <param name="cancellationToken">Stops waiting; the bytes are sent all the same.</param>
    /// <exception cref="IOException">The stream has ended, or <see cref="CompleteWrites"/> was called.</exception>
    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        if (_isFinished != 0)
        {
            throw new IOException("This direction of the stream was ended before.");
        }

        var flush = await _stream.Output.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (flush.IsCompleted)
        {
            throw Broken();
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) =>
        BlockingCall.Wait(WriteAsync(buffer.AsMemory(offset, count)));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var array = ArrayPool<byte>.Shared.Rent(buffer.Length);
        try
        {
            buffer.CopyTo(array);
            Write(array, 0, buffer.Length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    /// <summary>Does nothing: a write is on its way when it returns.</summary>
    public override void Flush()
    {
    }

    /// <summary>Does nothing: a write is on its way when it completes.</summary>
    /// <param name="cancellationToken">Not looked at.</param>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Not supported.</summary>
    /// <param name="offset">Not looked at.</param>
    /// <param name="origin">Not looked at.</param>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    /// <param name="value">Not looked at.</param>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            CompleteWrites();
            await _stream.DisposeAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            CompleteWrites();
            BlockingCall.Wait(_stream.DisposeAsync());
        }

        base.Dispose(disposing);
    }

    private IOException Broken() => new(End switch
    {
        DuplexStreamEnd.CarrierLost => "The connection of the tunnel was lost.",
        DuplexStreamEnd.Aborted => "The stream was aborted here.",
        DuplexStreamEnd.Finished => "The stream has ended.",
        _ => "The stream was reset by the other side.",
    });
}
