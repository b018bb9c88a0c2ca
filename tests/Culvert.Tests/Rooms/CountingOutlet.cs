using Culvert.Server.Rooms;

namespace Culvert.Tests.Rooms;

/// <summary>A connection that takes everything and keeps only how much it was.</summary>
internal sealed class CountingOutlet : Outlet
{
    public long Bytes { get; private set; }

    public long Sends { get; private set; }

    public override SendResult Send(ReadOnlySpan<byte> bytes, Subscriber drained)
    {
        Bytes += bytes.Length;
        Sends++;
        return SendResult.Sent;
    }
}
