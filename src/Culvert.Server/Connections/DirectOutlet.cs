using Culvert.Server.Rooms;

namespace Culvert.Server.Connections;

/// <summary>Sends the bytes of an upgraded connection straight to its socket.</summary>
internal sealed class DirectOutlet(SocketPipeWriter output) : Outlet
{
    public override SendResult Send(ReadOnlySpan<byte> bytes, Subscriber drained) => output.Send(bytes, drained);
}
