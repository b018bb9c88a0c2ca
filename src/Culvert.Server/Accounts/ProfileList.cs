namespace Culvert.Server.Accounts;

/// <summary>Answer of <c>GET /v1/profiles</c> and <c>GET /v1/people</c>.</summary>
internal sealed record ProfileList
{
    public required IReadOnlyList<ProfileInfo> Profiles { get; init; }
}
