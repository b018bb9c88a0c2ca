using System.Buffers;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Rooms;

/// <summary>
/// Reads pages of the log for subscriptions that are behind the ring, a few at a time for the whole node, so that a
/// storm of returning readers cannot starve the live ones.
/// </summary>
/// <remarks>Thread-safe. Each subscriber has at most one read under way.</remarks>
internal sealed partial class CatchUp(IRoomStore store, RoomOptions options, ILogger<CatchUp> logger) : IDisposable
{
    private readonly SemaphoreSlim _budget = new(options.PageReads);
    private readonly CancellationTokenSource _stopping = new();
    private int _reading;

    /// <summary>Reads under way or waiting for their turn.</summary>
    public int Reading => Volatile.Read(ref _reading);

    /// <summary>
    /// Reads one page from <see cref="Subscription.Next"/> and posts it to the loop, or null when it could not be read.
    /// </summary>
    public void Read(WriterLoop loop, Subscription subscription)
    {
        Interlocked.Increment(ref _reading);
        _ = ReadAsync(loop, subscription, subscription.Next);
    }

    /// <summary>Reads that wait for their turn end without a page.</summary>
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

    /// <summary>
    /// Owned by the subscription: every way out posts to its loop, and that always finds the subscription.
    /// </summary>
    private async Task ReadAsync(WriterLoop loop, Subscription subscription, long from)
    {
        LogPage? page = null;
        try
        {
            page = await ReadPageAsync(subscription, from);
        }
        catch (OperationCanceledException)
        {
            // The server stops; the subscriber is told goodbye by whoever stops it.
        }
        catch (Exception exception)
        {
            Log.ReadFailed(logger, subscription.Room.Name, exception.Message);
        }

        Interlocked.Decrement(ref _reading);
        loop.Post(new LoopItem(LoopItemKind.Page, subscription.Subscriber, subscription) { Page = page });
    }

    private async Task<LogPage> ReadPageAsync(Subscription subscription, long from)
    {
        await _budget.WaitAsync(_stopping.Token);
        LogPage? page = null;
        try
        {
            // Rented only now: thousands of readers may be waiting for their turn.
            var face = subscription.Subscriber.Face;
            page = new LogPage(subscription.Room, face, options.PageBytes, new ArrayBufferWriter<byte>(512))
            {
                NextOffset = from,
                Starts = subscription.Subscriber.IsMultiRoom && face == Face.EventStreamBody ? [] : null,
            };
            page.Close(await store.ReadEventsAsync(
                subscription.Room.Id, from, int.MaxValue, page, _stopping.Token));
            return page;
        }
        catch
        {
            page?.Dispose();
            throw;
        }
        finally
        {
            _budget.Release();
        }
    }
}
