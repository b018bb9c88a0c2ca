using System.Buffers;
using System.Net.Sockets;
using Culvert.Protocol.Multiplexing;

namespace Culvert.Client.Multiplexing;

/// <summary>A carrier that is a plain stream of bytes: TCP or TLS with no HTTP in between.</summary>
/// <param name="stream">The stream, owned from here on. A socket's must not have a receive timeout.</param>
internal sealed class StreamCarrier(Stream stream) : Carrier
{
    private const int ReceiveBytes = 64 * 1024;

    // A slice this small is the last one for a while, more often than not: the wait for the next holds no buffer.
    private const int QuietBytes = 4096;

    private byte[]? _buffer;
    private bool _isQuiet = true;

    public override async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_isQuiet)
            {
                GiveBack();
                await stream.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            }

            _buffer ??= ArrayPool<byte>.Shared.Rent(ReceiveBytes);
            var bytes = await stream.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
            _isQuiet = bytes < QuietBytes;
            return _buffer.AsMemory(0, bytes);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new IOException(e.Message, e);
        }
    }

    public override async ValueTask SendAsync(Memory<byte> batch, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new IOException(e.Message, e);
        }
    }

    public override async ValueTask CloseAsync(GoAwayCode code, string reason, CancellationToken cancellationToken)
    {
        try
        {
            if (stream is NetworkStream { Socket: var socket })
            {
                socket.Shutdown(SocketShutdown.Send);
            }
            else
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new IOException(e.Message, e);
        }
    }

    public override void Abort()
    {
        if (stream is NetworkStream { Socket: var socket })
        {
            // With a linger time of zero the peer gets a reset, which is no proper end.
            socket.Close(0);
        }

        stream.Dispose();
    }

    public override async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        GiveBack();
    }

    private void GiveBack()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
