namespace Culvert.Server.Nodes;

/// <summary>An entry of the control log.</summary>
/// <param name="Id">Ascending; entries become visible in this order.</param>
/// <param name="Body">What it says, one JSON object.</param>
internal sealed record ControlEntry(long Id, ReadOnlyMemory<byte> Body);
