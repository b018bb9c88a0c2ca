using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;

namespace Culvert.Server.Hosting;

/// <summary>Asks whether other nodes are heard at once. Without it the store is read instead, a little later.</summary>
internal sealed class BusReadyCheck(IRoomBus bus) : IReadyCheck
{
    public string Name => "bus";

    public bool IsVital => false;

    public ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(bus.IsConnected);
}
