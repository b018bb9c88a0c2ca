namespace Culvert.Server.Accounts;

/// <summary>Body of <c>PATCH /v1/users/{name}</c>; members that are absent stay as they are.</summary>
internal sealed record UserPatch
{
    /// <summary><c>member</c>, <c>moderator</c> or <c>owner</c>.</summary>
    public string? Role { get; init; }

    /// <summary>True to refuse every credential of the user.</summary>
    public bool? Disabled { get; init; }
}
