namespace Culvert.Server.Nodes;

/// <summary>A node that holds a lease.</summary>
/// <param name="Incarnation">One start of one node; never given again, and higher than all before.</param>
/// <param name="Name">What its operator calls it.</param>
internal sealed record LiveNode(long Incarnation, string Name);
