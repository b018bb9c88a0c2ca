using System.Diagnostics.CodeAnalysis;
using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Messages;

/// <summary>
/// One message as a stream that is written piece by piece, however large it gets: in memory are 64 KiB of it. Made by
/// <see cref="MessageClient.OpenWriter"/>.
/// </summary>
/// <remarks>
/// <para>
/// <see cref="Complete"/> ends the message; a message of up to 64 KiB goes out as one frame, a larger one as fragments
/// (RFC 6455 §5.4), never compressed. From the first piece to the last no other message can go out on the connection:
/// senders and other writers wait, <see cref="MessageListener.Broadcast"/> finds no room, pings and pongs go out in
/// between. So write swiftly, or send several messages instead.
/// </para>
/// <para>
/// Disposing without <see cref="Complete"/>, as when an exception leaves the block, gives the message up. Where nothing
/// of it has gone out, that is all. Otherwise the connection is closed with 1011, because WebSocket knows no other way
/// to say that what came is not the whole: the other side never takes it for that.
/// </para>
/// <para>One call at a time. After a call that threw, the message can only be given up.</para>
/// </remarks>
[SuppressMessage("Naming", "CA1710", Justification = "As StreamReader and StreamWriter: what it does comes first.")]
public sealed class MessageWriter : Stream
{
    private const int PieceBytes = 64 * 1024;
    private const string GivenUp = "a message was given up halfway";

    private readonly MessageConnection _connection;
    private readonly Opcode _opcode;
    private byte[] _piece = [];
    private int _count;
    private Utf8Validator _utf8;
    private bool _hasBegun;
    private bool _isOver;

    // Before each step that may fail; it stays when the step has.
    private bool _isBroken;

    internal MessageWriter(MessageConnection connection, MessageKind kind)
    {
        _connection = connection;
        _opcode = MessageOpcode.Of(kind, default);
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <summary>Whether the message goes on.</summary>
    public override bool CanWrite => !_isOver && !_isBroken;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <summary>Not supported.</summary>
    public override long Length => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Ends the message, blocking until it is handed to the system.</summary>
    /// <exception cref="ArgumentException">A text that ends within a character.</exception>
    /// <exception cref="ConnectionClosedException">The connection has ended; the message did not arrive.</exception>
    /// <exception cref="InvalidOperationException">It is over, or a call before threw.</exception>
    public void Complete() => BlockingCall.Wait(CompleteAsync());

    /// <summary>Ends the message; completes when it is handed to the system.</summary>
    /// <param name="cancellationToken">Stops waiting for a turn; then the message can only be given up.</param>
    /// <inheritdoc cref="Complete" path="/exception"/>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        Begin();
        if (!_utf8.IsComplete)
        {
            throw new ArgumentException("The text ends within a character.");
        }

        await SendAsync(isLast: true, cancellationToken).ConfigureAwait(false);
        _isOver = true;
        _isBroken = false;
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    /// <summary>Adds to the message, blocking while the system takes what is there already.</summary>
    /// <param name="buffer">Copied. Of a text, UTF-8 cut anywhere.</param>
    /// <inheritdoc cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)" path="/exception"/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Begin();
        Check(buffer);
        while (true)
        {
            buffer = buffer[Fill(buffer)..];
            if (buffer.IsEmpty)
            {
                break;
            }

            BlockingCall.Wait(SendAsync(isLast: false, CancellationToken.None));
        }

        _isBroken = false;
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>Adds to the message.</summary>
    /// <param name="buffer">Not used any more when the call completes. Of a text, UTF-8 cut anywhere.</param>
    /// <param name="cancellationToken">Stops waiting; then the message can only be given up.</param>
    /// <exception cref="ArgumentException">A text that is no UTF-8.</exception>
    /// <exception cref="ConnectionClosedException">The connection has ended.</exception>
    /// <exception cref="InvalidOperationException">The message is over, or a call before threw.</exception>
    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Begin();
        Check(buffer.Span);
        while (true)
        {
            buffer = buffer[Fill(buffer.Span)..];
            if (buffer.IsEmpty)
            {
                break;
            }

            await SendAsync(isLast: false, cancellationToken).ConfigureAwait(false);
        }

        _isBroken = false;
    }

    /// <summary>Sends what was written so far as a piece, blocking.</summary>
    /// <inheritdoc cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)" path="/exception"/>
    public override void Flush() => BlockingCall.Wait(FlushAsync(CancellationToken.None));

    /// <summary>Sends what was written so far as a piece.</summary>
    /// <param name="cancellationToken">Stops waiting; then the message can only be given up.</param>
    /// <inheritdoc cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)" path="/exception"/>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_count > 0)
        {
            Begin();
            await SendAsync(isLast: false, cancellationToken).ConfigureAwait(false);
            _isBroken = false;
        }
    }

    /// <summary>Not supported.</summary>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Gives the message up, unless it was completed.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (!_isOver)
        {
            _isOver = true;
            if (_hasBegun)
            {
                await _connection.CloseAsync(CloseCode.InternalError, GivenUp).ConfigureAwait(false);
            }
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Gives the message up, unless it was completed; blocking, as closing does.</summary>
    /// <param name="disposing">As for any stream.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isOver)
        {
            BlockingCall.Wait(DisposeAsync());
        }

        base.Dispose(disposing);
    }

    private void Begin()
    {
        if (_isOver || _isBroken)
        {
            throw new InvalidOperationException(
                _isOver ? "The message is over." : "A call before this one failed, and the message with it.");
        }

        _isBroken = true;
    }

    private void Check(ReadOnlySpan<byte> data)
    {
        if (_opcode == Opcode.Text && !_utf8.Append(data))
        {
            throw new ArgumentException("The text is not valid UTF-8.", nameof(data));
        }
    }

    /// <summary>Copies what fits into the next piece; how many bytes.</summary>
    private int Fill(ReadOnlySpan<byte> data)
    {
        if (_piece.Length - _count < data.Length && _piece.Length < PieceBytes)
        {
            Array.Resize(ref _piece, Math.Clamp(Math.Max(_count + data.Length, _piece.Length * 2), 256, PieceBytes));
        }

        var count = Math.Min(data.Length, _piece.Length - _count);
        data[..count].CopyTo(_piece.AsSpan(_count));
        _count += count;
        return count;
    }

    private async ValueTask SendAsync(bool isLast, CancellationToken cancellationToken)
    {
        var piece = new MessagePiece(_opcode, IsFirst: !_hasBegun, isLast);
        await _connection.SendPieceAsync(piece, _piece.AsMemory(0, _count), cancellationToken).ConfigureAwait(false);
        _hasBegun = true;
        _count = 0;
    }
}
