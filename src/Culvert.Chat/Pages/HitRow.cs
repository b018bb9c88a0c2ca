namespace Culvert.Chat.Pages;

/// <summary>A message that a search found.</summary>
/// <param name="Room">Where.</param>
/// <param name="Seq">Its number there.</param>
/// <param name="At">UTC Unix milliseconds.</param>
/// <param name="From">Its author.</param>
/// <param name="Text">The whole text, or the part around what was found.</param>
public sealed record HitRow(string Room, long Seq, long At, string From, string Text);
