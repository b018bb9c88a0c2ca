namespace Culvert.Protocol.Rooms;

/// <summary>Body of <c>POST /v1/tokens</c>. Immutable.</summary>
public sealed record TokenBody
{
    /// <summary>What the token is for, as lists show it.</summary>
    public required string Name { get; init; }

    /// <summary>The only rooms it opens; null for no such limit.</summary>
    public IReadOnlyList<string>? Rooms { get; init; }

    /// <summary><c>read write moderate owner</c>; null for all the asking credential has.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }
}
