namespace Culvert.Server.Accounts;

/// <summary>An API token as its user sees it, and with its secret once, when it is made.</summary>
internal sealed record TokenInfo
{
    /// <summary>The secret; only in the answer that made it.</summary>
    public string? Token { get; init; }

    /// <summary>For <c>DELETE /v1/tokens/{id}</c>. Exact in a double.</summary>
    public required long Id { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The only rooms it opens; null for no such limit.</summary>
    public IReadOnlyList<string>? Rooms { get; init; }

    /// <summary>True outside rate and connection limits.</summary>
    public bool Unlimited { get; init; }

    /// <summary>UTC Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>UTC Unix milliseconds, to within an hour; null for never.</summary>
    public long? LastUsedAt { get; init; }

    public static TokenInfo Of(TokenRecord token, string? secret = null) => new()
    {
        Token = secret,
        Id = token.Id,
        Name = token.Name,
        Scopes = ScopeNames.List(token.Scopes),
        Rooms = token.RoomKeys,
        Unlimited = token.IsUnlimited,
        CreatedAt = token.CreatedAt,
        LastUsedAt = token.LastUsedAt == 0 ? null : token.LastUsedAt,
    };
}
