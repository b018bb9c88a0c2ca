namespace Culvert.Server.Accounts;

/// <summary>Answer of <c>GET /v1/profiles</c> and <c>GET /v1/people</c>.</summary>
internal sealed record ProfileList
{
    public required IReadOnlyList<ProfileInfo> Profiles { get; init; }

    /// <summary>
    /// For <c>?before=</c>, to get the page before; null on the first one, and where there are no pages.
    /// </summary>
    public string? Previous { get; init; }

    /// <summary>For <c>?after=</c>, to get the next page; null on the last one, and where there are no pages.</summary>
    public string? Next { get; init; }
}
