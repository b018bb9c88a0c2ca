using System.Buffers;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Rooms;

/// <summary>
/// Reads pages of the log for subscriptions that are behind the ring, a few at a time for the whole node, so that a
/// storm of returning readers cannot starve the live ones.
/// </summary>
/// <remarks>Thread-safe. Each subscription has at most one read under way.</remarks>
internal sealed partial class CatchUp(IRoomStore store, RoomOptions options, ILogger<CatchUp> logger) : IDisposable
{
    private readonly SemaphoreSlim _budget = new(options.PageReads);
    private readonly CancellationTokenSource _stopping = new();
    private int _reading;

    /// <summary>Reads under way or waiting for their turn.</summary>
    public int Reading => Volatile.Read(ref _reading);

    /// <summary>Reads one page from <see cref="Subscription.Next"/> and posts it to the loop.</summary>
    public void Read(WriterLoop loop, Subscription subscription)
    {
        Interlocked.Increment(ref _reading);
        _ = ReadAsync(loop, subscription, subscription.Next);
    }

    public void Dispose()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        _stopping.Cancel();
        if (Reading == 0)
        {
            // A read that is still under way returns its share of the budget; the collector takes both then.
            _stopping.Dispose();
            _budget.Dispose();
        }
    }

    /// <summary>Owned by the subscription: every way out posts a page, and a page always finds its subscription.</summary>
    private async Task ReadAsync(WriterLoop loop, Subscription subscription, long from)
    {
        var face = subscription.Subscriber.Face;
        var page = new LogPage(subscription.Room, face, options.PageBytes, new ArrayBufferWriter<byte>(512))
        {
            NextOffset = from,
            Starts = subscription.Subscriber.IsMultiRoom && face == Face.EventStreamBody ? [] : null,
        };
        try
        {
            await _budget.WaitAsync(_stopping.Token);
            try
            {
                page.Ends = await store.ReadEventsAsync(
                    subscription.Room.Id, from, int.MaxValue, page, _stopping.Token);
            }
            finally
            {
                _budget.Release();
            }
        }
        catch (Exception exception) when (exception is StoreException or OperationCanceledException)
        {
            page.Failed = true;
            if (exception is StoreException)
            {
                Log.ReadFailed(logger, subscription.Room.Name, exception.Message);
            }
        }

        if (!page.Failed && page.Count == 0)
        {
            // Nothing from here on: the log ends, or everything up to its end left the log.
            page.NextOffset = Math.Max(from, page.Ends.LastOffset + 1);
        }

        Interlocked.Decrement(ref _reading);
        loop.Post(new LoopItem(LoopItemKind.Page, subscription.Subscriber, subscription) { Page = page });
    }
}
