using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;

namespace Culvert.Client.Messages;

/// <summary>
/// One message as a stream of bytes, read while it comes: however large it is, no more of it is in memory than
/// <see cref="MessageLimits.ReceiveQueueBytes"/>. Made by <see cref="MessageClient.OpenReader"/>.
/// </summary>
/// <remarks>
/// <para>
/// Reading returns 0 at the end of the message, and only there: when the connection ends before it, or breaks a rule,
/// reading throws an <see cref="IOException"/>, whose inner exception is the <see cref="ConnectionClosedException"/>.
/// The pieces are cut anywhere, in a text also within a character; as a whole a text is valid UTF-8.
/// </para>
/// <para>
/// Dispose of it in the end, also before the end of the message: the rest is dropped as it comes, and harms nobody. The
/// next message comes after this one, so that who neither reads nor disposes holds up all that follow. One read at a
/// time; disposing not at the same time as a read.
/// </para>
/// </remarks>
[SuppressMessage("Naming", "CA1710", Justification = "As StreamReader and StreamWriter: what it does comes first.")]
public sealed class MessageReader : Stream
{
    private readonly Message _message;
    private readonly PipeReader _input;
    private bool _isOver;

    internal MessageReader(Message message)
    {
        _message = message;
        _input = message.Feed?.Input ?? PipeReader.Create(new ReadOnlySequence<byte>(message.Data));
    }

    /// <summary>Text or bytes.</summary>
    public MessageKind Kind => _message.Kind;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <summary>Not supported: nobody knows before the end.</summary>
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
        if (_isOver || buffer.IsEmpty)
        {
            return 0;
        }

        return Take(_input.TryRead(out var read) ? read : BlockingCall.Wait(_input.ReadAsync()), buffer);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>Reads what is there, or what comes next. Cancelling only stops waiting; nothing is lost.</summary>
    /// <param name="buffer">Filled from its beginning.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How many bytes; 0 at the end of the message.</returns>
    /// <exception cref="IOException">The connection ended before the message did.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isOver || buffer.IsEmpty)
        {
            return 0;
        }

        return Take(await _input.ReadAsync(cancellationToken).ConfigureAwait(false), buffer.Span);
    }

    /// <summary>Does nothing.</summary>
    public override void Flush()
    {
    }

    /// <summary>Not supported.</summary>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Gives up the rest of the message. Does not wait for it.</summary>
    /// <param name="disposing">As for any stream.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isOver)
        {
            End();
        }

        base.Dispose(disposing);
    }

    private int Take(in ReadResult read, Span<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, read.Buffer.Length);
        var part = read.Buffer.Slice(0, count);
        part.CopyTo(buffer);
        _input.AdvanceTo(part.End);
        if (count == 0)
        {
            End();
        }

        return count;
    }

    private void End()
    {
        _isOver = true;
        _input.Complete();
        _message.Dispose();
    }
}
