namespace Culvert.Server.Rooms;

/// <summary>The sending end of one connection, as the writer loop sees it. One per transport.</summary>
/// <remarks>Called by one writer loop at a time, never after it answered <see cref="SendResult.Ended"/>.</remarks>
internal abstract class Outlet
{
    /// <summary>
    /// Takes all of <paramref name="bytes"/> without waiting. After <see cref="SendResult.Blocked"/> it takes nothing
    /// more until it has called <paramref name="drained"/>'s <see cref="Subscriber.Drained"/>.
    /// </summary>
    public abstract SendResult Send(ReadOnlySpan<byte> bytes, Subscriber drained);
}
