using Culvert.Server.Nodes;
using Culvert.Tests.Conformance;
using Culvert.Tests.Support;

namespace Culvert.Tests.Nodes;

public sealed class MemoryNodeStoreTests : NodeStoreConformance
{
    private readonly MemoryNodeStore _store = new(new ManualTimeProvider());

    private protected override INodeStore Store => _store;

    private protected override ValueTask<long> AppendControlAsync(byte[] body) => _store.AppendControlAsync(body);
}
