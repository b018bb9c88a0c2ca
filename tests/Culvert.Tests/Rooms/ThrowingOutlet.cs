using Culvert.Server.Rooms;

namespace Culvert.Tests.Rooms;

/// <summary>An outlet with a bug.</summary>
internal sealed class ThrowingOutlet : Outlet
{
    public override SendResult Send(ReadOnlySpan<byte> bytes, Subscriber drained) =>
        throw new InvalidOperationException("A bug.");
}
