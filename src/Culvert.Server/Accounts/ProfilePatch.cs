namespace Culvert.Server.Accounts;

/// <summary>Body of <c>PATCH /v1/me</c>.</summary>
internal sealed record ProfilePatch
{
    /// <summary>The display name, see <see cref="DisplayNames"/>; empty to go by the name again.</summary>
    public required string Title { get; init; }
}
