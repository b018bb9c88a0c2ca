using Culvert.Server.Nodes;
using Culvert.Tests.Conformance;
using Culvert.Tests.Support;

namespace Culvert.Tests.Nodes;

public sealed class MemoryNodeStoreTests : NodeStoreConformance
{
    private protected override INodeStore Store { get; } = new MemoryNodeStore(new ManualTimeProvider());
}
