using System.Text.Json;

namespace Culvert.Protocol.Rooms;

/// <summary>Body of <c>PATCH /v1/rooms/{room}/messages/{seq}</c>. Immutable.</summary>
public sealed record EditBody
{
    /// <summary>The new data, any JSON.</summary>
    public required JsonElement Data { get; init; }
}
