namespace Culvert.Server.Accounts;

/// <summary>Body of <c>POST /v1/invites</c>.</summary>
internal sealed record InviteOrder
{
    /// <summary>How many may take it, 1 to 1,000. Default 1.</summary>
    public int? Uses { get; init; }

    /// <summary>How long it is good, a minute to 90 days in milliseconds. Default 7 days.</summary>
    public long? ExpiresMs { get; init; }

    /// <summary>The room that whoever takes it joins; null for none.</summary>
    public string? Room { get; init; }
}
