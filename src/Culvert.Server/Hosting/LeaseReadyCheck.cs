using Culvert.Server.Diagnostics;
using Culvert.Server.Nodes;

namespace Culvert.Server.Hosting;

/// <summary>Asks whether this node may write: it holds its lease and knows what the others decided.</summary>
internal sealed class LeaseReadyCheck(NodeGate gate) : IReadyCheck
{
    public string Name => "lease";

    public ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken) => ValueTask.FromResult(gate.IsOpen);
}
