namespace Culvert.Chat.Pages;

/// <summary>Something that a moderator or owner did.</summary>
/// <param name="Id">For the next page.</param>
/// <param name="At">UTC Unix milliseconds.</param>
/// <param name="By">Who did it.</param>
/// <param name="Act">A word of the protocol.</param>
/// <param name="Room">Where; null for no room.</param>
/// <param name="Target">To whom or what; null for nothing.</param>
/// <param name="Why">The reason; null for none.</param>
/// <param name="Address">From where.</param>
public sealed record AuditRow(
    long Id, long At, string By, string Act, string? Room, string? Target, string? Why, string? Address);
