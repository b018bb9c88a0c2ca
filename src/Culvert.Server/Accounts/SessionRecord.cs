namespace Culvert.Server.Accounts;

/// <summary>One signed-in browser. Immutable; times are UTC Unix milliseconds.</summary>
internal sealed record SessionRecord
{
    public required CredentialHash Hash { get; init; }

    /// <summary>Random, so that any node may give it; see <see cref="Secrets.NewSessionId"/>.</summary>
    public required long Id { get; init; }

    public required long UserId { get; init; }

    public required long CreatedAt { get; init; }

    /// <summary>When it was last used, to within an hour.</summary>
    public required long SeenAt { get; init; }

    /// <summary>When it ends unless it is used again.</summary>
    public required long ExpiresAt { get; init; }

    /// <summary>The browser's <c>User-Agent</c>, cut to a bounded length; for the user to recognise.</summary>
    public string Agent { get; init; } = "";

    /// <summary>The address it was signed in from.</summary>
    public string Address { get; init; } = "";
}
