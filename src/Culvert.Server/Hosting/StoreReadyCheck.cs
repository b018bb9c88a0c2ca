using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;

namespace Culvert.Server.Hosting;

/// <summary>Asks whether the store can read and write.</summary>
internal sealed class StoreReadyCheck : IReadyCheck
{
    private readonly IRoomStore _store;

    public StoreReadyCheck(IRoomStore store)
    {
        _store = store;
    }

    public string Name => "store";

    public ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken) =>
        _store.IsHealthyAsync(cancellationToken);
}
