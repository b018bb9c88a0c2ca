namespace Culvert.Protocol.Rooms;

/// <summary>Body of <c>POST /v1/rooms</c>. Immutable.</summary>
public sealed record CreateRoom
{
    /// <summary>The name, see <see cref="NameRules"/>; null for a direct room, which the server names.</summary>
    public string? Name { get; init; }

    /// <summary><c>public</c> (default), <c>private</c> or <c>direct</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>The topic; empty when null.</summary>
    public string? Topic { get; init; }

    /// <summary>Who a direct room is for, besides its creator; null for any other kind.</summary>
    public IReadOnlyList<string>? Users { get; init; }
}
