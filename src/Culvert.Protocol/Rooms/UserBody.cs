namespace Culvert.Protocol.Rooms;

/// <summary>Body of <c>POST /v1/users</c>. Immutable.</summary>
public sealed record UserBody
{
    /// <summary>The name, see <see cref="NameRules"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The password.</summary>
    public required string Password { get; init; }

    /// <summary>The invitation code, where registration needs one.</summary>
    public string? Invite { get; init; }

    /// <summary><c>member</c> (default), <c>moderator</c> or <c>owner</c>; only the owner may give one.</summary>
    public string? Role { get; init; }
}
