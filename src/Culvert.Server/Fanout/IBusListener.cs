namespace Culvert.Server.Fanout;

/// <summary>A connection that hears frames. One call at a time.</summary>
internal interface IBusListener : IAsyncDisposable
{
    /// <summary>
    /// The next frame, in memory that nobody changes; waits as long as the other side answers to what asks whether it
    /// is there.
    /// </summary>
    ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken);
}
