namespace Culvert.Chat.Search;

/// <summary>A message that was found, as it is now.</summary>
/// <param name="Room">The room's name.</param>
/// <param name="Seq">The message's number there.</param>
/// <param name="At">UTC Unix milliseconds.</param>
/// <param name="From">Who wrote it.</param>
/// <param name="Text">All of it.</param>
internal sealed record SearchHit(string Room, long Seq, long At, string From, string Text);
