namespace Culvert.Protocol.Rooms;

/// <summary>Optional body of <c>DELETE /v1/rooms/{room}/messages/{seq}</c>. Immutable.</summary>
public sealed record EraseBody
{
    /// <summary>The reason, at most 500 characters.</summary>
    public string? Why { get; init; }
}
