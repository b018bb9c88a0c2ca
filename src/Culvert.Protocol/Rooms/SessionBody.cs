namespace Culvert.Protocol.Rooms;

/// <summary>Body of <c>POST /v1/session</c>. Immutable.</summary>
public sealed record SessionBody
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The password.</summary>
    public required string Password { get; init; }
}
