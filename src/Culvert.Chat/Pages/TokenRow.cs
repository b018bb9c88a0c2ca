namespace Culvert.Chat.Pages;

/// <summary>An API token.</summary>
/// <param name="Id">Withdraws it.</param>
/// <param name="Name">What its user calls it.</param>
/// <param name="Scopes">What it is good for.</param>
/// <param name="CreatedAt">UTC Unix milliseconds.</param>
/// <param name="LastUsedAt">UTC Unix milliseconds; null for never.</param>
/// <param name="Token">The secret; only right after it was made.</param>
public sealed record TokenRow(
    long Id, string Name, IReadOnlyList<string> Scopes, long CreatedAt, long? LastUsedAt, string? Token);
