namespace Culvert.Chat.Pages;

/// <summary>Somebody who may not enter a room.</summary>
/// <param name="Name">Who.</param>
/// <param name="BannedUntil">UTC Unix milliseconds, 2^53 - 1 for without end.</param>
public sealed record BanRow(string Name, long BannedUntil);
