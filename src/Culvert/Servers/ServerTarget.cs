namespace Culvert.Servers;

/// <summary>Which server a command talks to, and as whom.</summary>
/// <param name="Address">The server.</param>
/// <param name="Token">The token; null for none.</param>
/// <param name="TokenFrom">Where the token was found, for errors; null for none.</param>
internal sealed record ServerTarget(Uri Address, string? Token, string? TokenFrom)
{
    /// <summary>True when it is the server of a URL that was given whole, and may be anybody's.</summary>
    public bool IsFromUrl { get; init; }
}
