namespace Culvert.Server.Transports;

/// <summary>Body of <c>DELETE /v1/rooms/{room}</c>. Immutable.</summary>
internal sealed record DeleteRoomBody
{
    /// <summary>The name of the room once more, so that nobody deletes another one by mistake.</summary>
    public required string Name { get; init; }
}
