namespace Culvert.Server.Accounts;

/// <summary>Answer of <c>GET /v1/tokens</c>, oldest first.</summary>
internal sealed record TokenList
{
    public required IReadOnlyList<TokenInfo> Tokens { get; init; }
}
