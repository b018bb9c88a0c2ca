using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Sockets;
using Culvert.Server.Rooms;

namespace Culvert.Server.Connections;

/// <summary>
/// The output of a TCP connection without a pipe and a second thread in between: a flush is a system call on the thread
/// that asks for it, and only what the kernel does not take is kept and sent later.
/// </summary>
/// <remarks>
/// One writer at a time, as for any pipe writer. Kestrel writes responses through it, and after an upgrade the writer
/// loop uses <see cref="Send"/>; both go through here, so nothing can overtake. Holds no buffer while idle.
/// </remarks>
internal sealed class SocketPipeWriter(Socket socket, PipeWriter transport) : PipeWriter
{
    private const int SmallestBuffer = 4096;

    private byte[]? _buffer;
    private int _length;
    private bool _ended;
    private bool _sending;

    /// <summary>True once the peer took the connection away.</summary>
    public bool HasEnded => Volatile.Read(ref _ended);

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _length;

    /// <summary>
    /// Sends at once what the kernel takes and the rest as it drains; <paramref name="drained"/> is told when all is
    /// out after <see cref="SendResult.Blocked"/>.
    /// </summary>
    public SendResult Send(ReadOnlySpan<byte> bytes, Subscriber drained)
    {
        Debug.Assert(!_sending && _length == 0, "A send or flush is still under way.");
        var sent = TrySend(bytes);
        if (HasEnded)
        {
            return SendResult.Ended;
        }

        if (sent == bytes.Length)
        {
            return SendResult.Sent;
        }

        var rest = bytes[sent..];
        rest.CopyTo(Reserve(rest.Length));
        _length = rest.Length;
        _sending = true;
        _ = DrainAsync(drained);
        return SendResult.Blocked;
    }

    /// <summary>Tells the peer that nothing more comes (FIN); what was sent still arrives.</summary>
    public void ShutdownSend()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The peer was faster: there is no direction left to shut down.
            Volatile.Write(ref _ended, true);
        }
        catch (ObjectDisposedException)
        {
            Volatile.Write(ref _ended, true);
        }
    }

    public override void Advance(int bytes) => _length += bytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => Reserve(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var sent = HasEnded ? 0 : TrySend(_buffer.AsSpan(0, _length));
        if (sent < _length && !HasEnded)
        {
            return FlushRestAsync(sent);
        }

        _length = 0;
        Release();
        return ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: HasEnded));
    }

    public override void CancelPendingFlush()
    {
        // A flush waits for the peer only; a connection that is given up is aborted, which ends the wait too.
    }

    public override void Complete(Exception? exception = null)
    {
        _length = 0;
        Release();
        transport.Complete(exception);
    }

    private async ValueTask<FlushResult> FlushRestAsync(int sent)
    {
        await SendRestAsync(sent);
        return new FlushResult(isCanceled: false, isCompleted: HasEnded);
    }

    /// <summary>Ends when all is out or the connection broke; the subscriber then visits or finishes.</summary>
    private async Task DrainAsync(Subscriber drained)
    {
        await SendRestAsync(0);
        _sending = false;
        if (HasEnded)
        {
            drained.Lost();
        }
        else
        {
            drained.Drained();
        }
    }

    private async ValueTask SendRestAsync(int sent)
    {
        try
        {
            while (sent < _length)
            {
                sent += await socket.SendAsync(_buffer.AsMemory(sent, _length - sent), SocketFlags.None);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Volatile.Write(ref _ended, true);
        }

        _length = 0;
        Release();
    }

    private int TrySend(ReadOnlySpan<byte> bytes)
    {
        var sent = 0;
        try
        {
            while (sent < bytes.Length)
            {
                sent += socket.Send(bytes[sent..], SocketFlags.None, out var error);
                if (error == SocketError.WouldBlock)
                {
                    break;
                }

                if (error != SocketError.Success)
                {
                    Volatile.Write(ref _ended, true);
                    break;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            Volatile.Write(ref _ended, true);
        }

        return sent;
    }

    private Span<byte> Reserve(int size)
    {
        var needed = _length + Math.Max(size, 1);
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(SmallestBuffer, needed));
        }
        else if (_buffer.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _buffer.Length * 2));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsSpan(_length);
    }

    private void Release()
    {
        if (_buffer is { } buffer && _length == 0)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
