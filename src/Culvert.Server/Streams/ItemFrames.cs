using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace Culvert.Server.Streams;

/// <summary>The frames of what application code enumerates. An item that cannot be written is skipped.</summary>
internal sealed class ItemFrames<TItem, T>(
    IAsyncEnumerable<TItem> items, Func<TItem, StreamItem<T>> wrap, JsonTypeInfo<T> type) : IFrameSource
{
    public IAsyncEnumerator<ReadOnlyMemory<byte>> Open(OpenStream stream) =>
        FramesAsync(stream, stream.Ended).GetAsyncEnumerator(CancellationToken.None);

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> FramesAsync(
        OpenStream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var formatter = new ItemFormatter<T>(type);
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            var frame = ReadOnlyMemory<byte>.Empty;
            try
            {
                frame = formatter.Format(wrap(item), stream.Framing);
            }
            catch (Exception exception)
            {
                // Whatever a converter or a getter throws is about this item; the next one may be well.
                stream.Skipped(exception);
            }

            if (!frame.IsEmpty)
            {
                yield return frame;
            }
        }
    }
}
