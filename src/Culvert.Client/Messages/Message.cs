using System.Buffers;
using System.Text;

namespace Culvert.Client.Messages;

/// <summary>A message that was received. It is the receiver's, who disposes of it when it is read.</summary>
/// <remarks>
/// Its bytes lie in a pooled array, which disposing gives back; a message that is never disposed of costs no more than
/// the garbage collector's work. Reading may happen on any thread, but not at the same time as disposing.
/// </remarks>
public sealed class Message : IDisposable
{
    private byte[]? _array;

    internal Message(MessageKind kind, ReadOnlySpan<byte> data)
    {
        Kind = kind;
        Length = data.Length;
        _array = data.IsEmpty ? [] : ArrayPool<byte>.Shared.Rent(data.Length);
        data.CopyTo(_array);
    }

    /// <summary>One that lies in a pooled array already, which is the message's from now on.</summary>
    internal Message(MessageKind kind, byte[] array, int length) => (Kind, _array, Length) = (kind, array, length);

    /// <summary>One that has only begun, for a reader.</summary>
    internal Message(MessageKind kind, PieceFeed feed) => (Kind, _array, Feed) = (kind, [], feed);

    /// <summary>Where its pieces come from; null for a message that is all here.</summary>
    internal PieceFeed? Feed { get; }

    /// <summary>Text or bytes.</summary>
    public MessageKind Kind { get; }

    /// <summary>How many bytes it has.</summary>
    public int Length { get; }

    /// <summary>The bytes; of a text, valid UTF-8. Invalid once the message is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">It was.</exception>
    public ReadOnlyMemory<byte> Data
    {
        get
        {
            ObjectDisposedException.ThrowIf(_array is null, this);
            return _array.AsMemory(0, Length);
        }
    }

    /// <summary>The bytes as text; in those of a binary message, what is no UTF-8 becomes U+FFFD.</summary>
    /// <exception cref="ObjectDisposedException">The message was disposed of.</exception>
    public string GetText() => Encoding.UTF8.GetString(Data.Span);

    /// <summary>Gives the bytes back. Repeating it does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _array, null) is { Length: > 0 } array)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
