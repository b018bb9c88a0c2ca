namespace Culvert.Chat.Pages;

/// <summary>A member of a room.</summary>
/// <param name="Name">Who.</param>
/// <param name="Role">In the room: <c>member</c>, <c>moderator</c> or <c>owner</c>.</param>
/// <param name="JoinedAt">UTC Unix milliseconds.</param>
/// <param name="MutedUntil">UTC Unix milliseconds; null for not muted.</param>
public sealed record MemberRow(string Name, string Role, long JoinedAt, long? MutedUntil);
