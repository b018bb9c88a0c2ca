namespace Culvert.Server.Accounts;

/// <summary>Body of <c>POST /v1/reset</c>.</summary>
internal sealed record ResetBody
{
    public required string Token { get; init; }

    public required string Password { get; init; }
}
