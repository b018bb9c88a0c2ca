namespace Culvert.Server.Accounts;

/// <summary>An invitation as the API shows it, and with its secret once, when it is made.</summary>
internal sealed record InviteInfo
{
    /// <summary>For <c>DELETE /v1/invites/{id}</c>. Exact in a double.</summary>
    public required long Id { get; init; }

    /// <summary>The secret; only in the answer that made it.</summary>
    public string? Token { get; init; }

    /// <summary>The page to send people to; only in the answer that made it.</summary>
    public string? Path { get; init; }

    /// <summary>The name of who made it.</summary>
    public required string By { get; init; }

    /// <summary>The room that whoever takes it joins; null for none.</summary>
    public string? Room { get; init; }

    public required int Uses { get; init; }

    /// <summary>How many may still take it.</summary>
    public required int Left { get; init; }

    /// <summary>UTC Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>UTC Unix milliseconds.</summary>
    public required long ExpiresAt { get; init; }

    public static InviteInfo Of(InviteRecord invite, string maker, string? secret = null) => new()
    {
        Id = invite.Id,
        Token = secret,
        Path = secret is null ? null : $"/join/{secret}",
        By = maker,
        Room = invite.Room,
        Uses = invite.Uses,
        Left = invite.UsesLeft,
        CreatedAt = invite.CreatedAt,
        ExpiresAt = invite.ExpiresAt,
    };
}
