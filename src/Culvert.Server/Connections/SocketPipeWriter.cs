using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Sockets;
using Culvert.Server.Rooms;
using Microsoft.Win32.SafeHandles;

namespace Culvert.Server.Connections;

/// <summary>
/// The output of a TCP connection without a pipe and a second thread in between: a flush is a system call on the thread
/// that asks for it, and only what the kernel does not take is kept and sent later.
/// </summary>
/// <remarks>
/// One writer at a time, as for any pipe writer. Kestrel writes responses through it, and after an upgrade the writer
/// loop uses <see cref="Send"/>; both go through here, so nothing can overtake. Holds no buffer while idle.
/// </remarks>
internal sealed class SocketPipeWriter(Socket socket) : PipeWriter
{
    private const int SmallestBuffer = 4096;

    private byte[]? _buffer;
    private int _length;
    private bool _ended;
    private bool _sending;
    private bool _expectsSwitch;

    /// <summary>What says when the socket takes bytes again; null, the default, for .NET's sockets.</summary>
    public SocketReadiness? Readiness { get; set; }

    /// <summary>True once the peer took the connection away.</summary>
    public bool HasEnded => Volatile.Read(ref _ended);

    /// <summary>True when the answer that <see cref="ExpectSwitch"/> waited for began with 101.</summary>
    public bool HasSwitched { get; private set; }

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

    /// <summary>Looks at the next answer: one that switches protocols (RFC 9110 §15.2.2) is the last of HTTP.</summary>
    public void ExpectSwitch(bool expects) => (_expectsSwitch, HasSwitched) = (expects, false);

    /// <summary>Sends what the kernel takes, and says how much that was. Nothing may be unflushed.</summary>
    public int SendNow(ReadOnlySpan<byte> bytes)
    {
        Debug.Assert(!_sending && _length == 0, "A send or flush is still under way.");
        return TrySend(bytes);
    }

    /// <summary>Sends all, however long the peer takes. Nothing may be unflushed.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        Debug.Assert(!_sending && _length == 0, "A send or flush is still under way.");
        try
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await SendSomeAsync(bytes)..];
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Volatile.Write(ref _ended, true);
        }
    }

    /// <summary>
    /// Sends bytes of a file as far as the kernel takes them at once; 0 also where the system has no such call. Nothing
    /// may be unflushed.
    /// </summary>
    public long SendFileNow(SafeFileHandle file, long offset, long count)
    {
        Debug.Assert(!_sending && _length == 0, "A send or flush is still under way.");
        try
        {
            return FileSending.Send(socket.SafeHandle, file, offset, count);
        }
        catch (ObjectDisposedException)
        {
            Volatile.Write(ref _ended, true);
            return 0;
        }
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
        if (_expectsSwitch && _length > 0)
        {
            _expectsSwitch = false;
            HasSwitched = _buffer.AsSpan(0, _length).StartsWith("HTTP/1.1 101 "u8);
        }

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

    /// <summary>Drops what was not flushed. The connection's owner closes the socket.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (!_sending)
        {
            _length = 0;
            Release();
        }
    }

    private async ValueTask<FlushResult> FlushRestAsync(int sent)
    {
        // The kernel may still read from the buffer when somebody completes this meanwhile.
        _sending = true;
        await SendRestAsync(sent);
        _sending = false;
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
                sent += await SendSomeAsync(_buffer.AsMemory(sent, _length - sent));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Volatile.Write(ref _ended, true);
        }

        _length = 0;
        Release();
    }

    private ValueTask<int> SendSomeAsync(ReadOnlyMemory<byte> bytes) => Readiness is { } readiness
        ? SendSomeAsync(readiness, bytes)
        : socket.SendAsync(bytes, SocketFlags.None);

    private async ValueTask<int> SendSomeAsync(SocketReadiness readiness, ReadOnlyMemory<byte> bytes)
    {
        while (true)
        {
            readiness.ForgetWritable();
            var sent = socket.Send(bytes.Span, SocketFlags.None, out var error);
            if (sent > 0)
            {
                return sent;
            }

            if (error != SocketError.WouldBlock)
            {
                throw new SocketException((int)error);
            }

            await readiness.WhenWritableAsync();
        }
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
