namespace Culvert.Server.Accounts;

/// <summary>Body of <c>POST /v1/tokens</c>: <see cref="Protocol.Rooms.TokenBody"/> and whom the token is for.</summary>
internal sealed record TokenOrder
{
    public required string Name { get; init; }

    public IReadOnlyList<string>? Rooms { get; init; }

    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Whom the token speaks for; null for the one who asks. Others only at the wish of an owner.</summary>
    public string? User { get; init; }
}
