namespace Culvert.Protocol.Rooms;

/// <summary>Body of <c>PUT /v1/rooms/{room}/messages/{seq}/reactions</c>. Immutable.</summary>
public sealed record ReactionBody
{
    /// <summary>The reaction, 1 to 64 bytes of UTF-8.</summary>
    public required string Emoji { get; init; }

    /// <summary>False removes it; true when null.</summary>
    public bool? On { get; init; }
}
