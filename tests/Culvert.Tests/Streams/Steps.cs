using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;

namespace Culvert.Tests.Streams;

/// <summary>A source that yields what a test puts in, and says how far it has come.</summary>
internal sealed class Steps<T>
{
    public static readonly JsonTypeInfo<T> Type = (JsonTypeInfo<T>)JsonSerializerOptions.Web.GetTypeInfo(typeof(T));

    private readonly Channel<T> _items = Channel.CreateUnbounded<T>();
    private readonly Channel<int> _asked = Channel.CreateUnbounded<int>();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the enumeration was closed.</summary>
    public Task Ended => _ended.Task;

    /// <summary>How many enumerations began.</summary>
    public int Begun { get; private set; }

    public void Put(params IEnumerable<T> items)
    {
        foreach (var item in items)
        {
            _items.Writer.TryWrite(item);
        }
    }

    public void Complete(Exception? failure = null) => _items.Writer.Complete(failure);

    /// <summary>Waits until so many items were asked for: those before the last have been written.</summary>
    public async Task AskedAsync(int count)
    {
        var cancel = TestContext.Current.CancellationToken;
        while (await StreamServer.Within(_asked.Reader.ReadAsync(cancel).AsTask()) < count)
        {
            // The next one tells more.
        }
    }

    public async IAsyncEnumerable<T> Items([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Begun++;
        try
        {
            for (var n = 1; ; n++)
            {
                _asked.Writer.TryWrite(n);
                T item;
                try
                {
                    item = await _items.Reader.ReadAsync(cancellationToken);
                }
                catch (ChannelClosedException exception) when (exception.InnerException is null)
                {
                    yield break;
                }
                catch (ChannelClosedException exception)
                {
                    throw exception.InnerException!; // Not null: see above.
                }

                yield return item;
            }
        }
        finally
        {
            _ended.TrySetResult();
        }
    }
}
