namespace Culvert.Protocol.Rooms;

/// <summary>Body of <c>POST /v1/rooms</c>. Immutable.</summary>
public sealed record CreateRoom
{
    /// <summary>The name, see <see cref="NameRules"/>.</summary>
    public required string Name { get; init; }

    /// <summary><c>public</c> (default), <c>private</c> or <c>direct</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>The topic; empty when null.</summary>
    public string? Topic { get; init; }
}
