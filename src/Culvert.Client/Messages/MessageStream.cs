using System.Net.Sockets;

namespace Culvert.Client.Messages;

/// <summary>
/// A <see cref="MessageClient"/> as a stream of bytes, for programs that were written for a
/// <see cref="NetworkStream"/>: what is written goes out as binary messages, and where one ends means nothing to the
/// reader.
/// </summary>
/// <remarks>
/// Reading returns 0 once the other side has closed as it should, with 1000 or 1001; any other end, and a text message,
/// is an <see cref="IOException"/>. One thread may read while another writes. Disposing closes with 1000 and takes at
/// most <see cref="MessageLimits.CloseTimeout"/>.
/// </remarks>
public sealed class MessageStream : Stream
{
    /// <summary>
    /// The largest message written, in bytes: a longer write becomes several, because some peers refuse large ones.
    /// </summary>
    public const int MaxMessageBytes = 64 * 1024;

    private readonly MessageClient _client;
    private Message? _message;
    private int _position;
    private int _readTimeout = Timeout.Infinite;
    private int _writeTimeout = Timeout.Infinite;

    /// <summary>Makes a stream.</summary>
    /// <param name="client">The stream's from now on; nobody else should receive from it.</param>
    public MessageStream(MessageClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanTimeout => true;

    /// <summary>Whether reading returns at once, with bytes.</summary>
    public bool DataAvailable => _message is not null || _client.HasMessage;

    /// <summary>
    /// How long a blocking read waits, in milliseconds, before it throws an <see cref="IOException"/>; the next one
    /// goes on, and nothing is lost. Default: −1, for ever.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Neither −1 nor positive.</exception>
    public override int ReadTimeout
    {
        get => _readTimeout;
        set => _readTimeout = Checked(value);
    }

    /// <summary>
    /// How long a blocking write waits, in milliseconds, before it throws an <see cref="IOException"/>; what it had
    /// begun goes out all the same. Default: −1, for ever.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Neither −1 nor positive.</exception>
    public override int WriteTimeout
    {
        get => _writeTimeout;
        set => _writeTimeout = Checked(value);
    }

    /// <summary>Not supported.</summary>
    public override long Length => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            while (_message is null && !buffer.IsEmpty)
            {
                if (!_client.TryReceive(TimeSpan.FromMilliseconds(_readTimeout), out var message))
                {
                    throw TimedOut("read");
                }

                Begin(message);
            }

            return Take(buffer);
        }
        catch (ConnectionClosedException e)
        {
            return End(e);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (_message is null && !buffer.IsEmpty)
            {
                Begin(await _client.ReceiveAsync(cancellationToken).ConfigureAwait(false));
            }

            return Take(buffer.Span);
        }
        catch (ConnectionClosedException e)
        {
            return End(e);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                var part = buffer[..Math.Min(buffer.Length, MaxMessageBytes)];
                buffer = buffer[part.Length..];
                if (_writeTimeout == Timeout.Infinite)
                {
                    _client.Send(part);
                    continue;
                }

                // A copy, because the message may stand in line for longer than this call lasts.
                var sending = _client.SendAsync(part.ToArray()).AsTask();
                BlockingCall.Wait(sending.WaitAsync(TimeSpan.FromMilliseconds(_writeTimeout)));
            }
        }
        catch (TimeoutException)
        {
            throw TimedOut("write");
        }
        catch (ConnectionClosedException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                var part = buffer[..Math.Min(buffer.Length, MaxMessageBytes)];
                buffer = buffer[part.Length..];
                await _client.SendAsync(part, MessageKind.Binary, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ConnectionClosedException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Does nothing: what is written is under way.</summary>
    public override void Flush()
    {
    }

    /// <summary>Does nothing: what is written is under way.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Not supported.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _client.Dispose();
            _message?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Begin(Message message)
    {
        if (message.Kind == MessageKind.Binary && message.Length > 0)
        {
            (_message, _position) = (message, 0);
            return;
        }

        message.Dispose();
        if (message.Kind == MessageKind.Text)
        {
            throw new IOException("The other side sent a text message where bytes were expected.");
        }
    }

    private int Take(Span<byte> buffer)
    {
        if (_message is not { } message)
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, message.Length - _position);
        message.Data.Span.Slice(_position, count).CopyTo(buffer);
        _position += count;
        if (_position == message.Length)
        {
            message.Dispose();
            _message = null;
        }

        return count;
    }

    private static int End(ConnectionClosedException end) =>
        end is ConnectionClosedOkException ? 0 : throw new IOException(end.Message, end);

    private static IOException TimedOut(string what) =>
        new($"The {what} timed out.", new SocketException((int)SocketError.TimedOut));

    private static int Checked(int milliseconds)
    {
        if (milliseconds is 0 or < Timeout.Infinite)
        {
            throw new ArgumentOutOfRangeException(
                nameof(milliseconds), milliseconds, "A time-out is positive, or -1 for none.");
        }

        return milliseconds;
    }
}
