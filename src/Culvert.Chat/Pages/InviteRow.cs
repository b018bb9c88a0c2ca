namespace Culvert.Chat.Pages;

/// <summary>An invitation.</summary>
/// <param name="Id">Withdraws it.</param>
/// <param name="By">Who made it.</param>
/// <param name="Room">The room it leads into; null for none.</param>
/// <param name="Left">How many may still take it.</param>
/// <param name="ExpiresAt">UTC Unix milliseconds.</param>
/// <param name="Path">The page it leads to; only right after it was made.</param>
public sealed record InviteRow(long Id, string By, string? Room, int Left, long ExpiresAt, string? Path);
