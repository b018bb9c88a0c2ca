using System.Buffers;

namespace Culvert.Client.Messages;

/// <summary>
/// Makes messages of the pieces that a connection reads: whole ones for those who receive, and for readers as they
/// come. Of a message that nobody has asked for, no more is read than the queue may hold.
/// </summary>
/// <remarks>One call at a time, but <see cref="Close"/>, which may come at any time.</remarks>
internal sealed class MessageIntake(ReceiveQueue queue, MessageLimits limits)
{
    private byte[] _gathered = [];
    private int _count;
    private MessageFate _fate;
    private volatile PieceFeed? _feed;
    private volatile bool _isHeldUp;

    /// <summary>Whether reading waits for somebody to ask for a message, or for its reader.</summary>
    public bool IsHeldUp => _isHeldUp;

    /// <summary>Takes a piece. Waits for room, for somebody to ask, or for a reader.</summary>
    /// <param name="kind">Of the message.</param>
    /// <param name="piece">Not kept.</param>
    /// <param name="isLast">Whether it ends the message.</param>
    /// <param name="cancellationToken">Fires at the end of the connection.</param>
    /// <returns>
    /// Null; or what the message came to, bytes, when it is received in one and too large for that.
    /// </returns>
    public async ValueTask<long?> AddAsync(
        MessageKind kind, ReadOnlyMemory<byte> piece, bool isLast, CancellationToken cancellationToken)
    {
        var length = (long)_count + piece.Length;
        var isTooBig = length > limits.MaxMessageBytes;
        if (_fate == MessageFate.Open && isLast && _count == 0 && !isTooBig)
        {
            await queue.AddAsync(new Message(kind, piece.Span), cancellationToken).ConfigureAwait(false);
            return null;
        }

        if (_fate == MessageFate.Open && (!isLast || isTooBig))
        {
            await DecideAsync(kind, isTooBig || length > limits.ReceiveQueueBytes, cancellationToken)
                .ConfigureAwait(false);
        }

        switch (_fate)
        {
            case MessageFate.Pieces:
                await FeedAsync(piece, cancellationToken).ConfigureAwait(false);
                break;
            case MessageFate.Dropped:
                break;
            case var _ when isTooBig:
                return length;
            default:
                Gather(piece.Span);
                break;
        }

        if (isLast)
        {
            await EndAsync(kind, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>This side closes: nothing waits for a reader any more.</summary>
    public void Close() => _feed?.GiveUp();

    /// <summary>The connection has ended: a message of which the rest is missing is cut off.</summary>
    public void End(CloseInfo end)
    {
        _feed?.Break(new IOException("The connection ended before the message did.", end.ToException()));
        _feed = null;
        GiveBack();
    }

    private async ValueTask DecideAsync(MessageKind kind, bool waits, CancellationToken cancellationToken)
    {
        _feed ??= new PieceFeed(limits.ReceiveQueueBytes);
        var claim = new MessageClaim(new Message(kind, _feed));
        _isHeldUp = waits;
        _fate = await queue.ClaimAsync(claim, waits, cancellationToken).ConfigureAwait(false);
        _isHeldUp = false;
        if (_fate == MessageFate.Pieces)
        {
            await FeedAsync(_gathered.AsMemory(0, _count), cancellationToken).ConfigureAwait(false);
            GiveBack();
        }
        else if (_fate != MessageFate.Open)
        {
            _feed = null;
        }
    }

    private async ValueTask FeedAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        _isHeldUp = true;

        // Not null while a reader has the message.
        await _feed!.AddAsync(piece, cancellationToken).ConfigureAwait(false);
        _isHeldUp = false;
    }

    private async ValueTask EndAsync(MessageKind kind, CancellationToken cancellationToken)
    {
        var fate = _fate;
        _fate = MessageFate.Open;
        if (fate is MessageFate.Open or MessageFate.Whole)
        {
            var message = new Message(kind, _gathered, _count);
            (_gathered, _count, _feed) = ([], 0, null);
            await queue.AddAsync(message, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _feed?.Complete();
            _feed = null;
        }
    }

    private void Gather(ReadOnlySpan<byte> piece)
    {
        if (_gathered.Length - _count < piece.Length)
        {
            var needed = Math.Max((long)_count + piece.Length, Math.Min(2L * _gathered.Length, limits.MaxMessageBytes));
            var larger = ArrayPool<byte>.Shared.Rent((int)needed);
            _gathered.AsSpan(0, _count).CopyTo(larger);
            var count = _count;
            GiveBack();
            (_gathered, _count) = (larger, count);
        }

        piece.CopyTo(_gathered.AsSpan(_count));
        _count += piece.Length;
    }

    private void GiveBack()
    {
        if (_gathered.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_gathered);
        }

        (_gathered, _count) = ([], 0);
    }
}
