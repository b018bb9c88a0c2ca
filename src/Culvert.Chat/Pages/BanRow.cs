namespace Culvert.Chat.Pages;

/// <summary>Somebody who may not enter a room.</summary>
/// <param name="Name">Who.</param>
/// <param name="Until">UTC Unix milliseconds; null for without end.</param>
/// <param name="Why">The reason; null for none.</param>
public sealed record BanRow(string Name, long? Until, string? Why);
