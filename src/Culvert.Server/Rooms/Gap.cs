namespace Culvert.Server.Rooms;

/// <summary>What a reader cannot get any more.</summary>
/// <param name="Have">The last offset the reader had; 0 for none.</param>
/// <param name="Floor">The lowest offset it can get.</param>
/// <param name="Why"><c>retention</c>, <c>cleared</c>, <c>epoch</c> or <c>ahead</c>.</param>
internal sealed record Gap(long Have, long Floor, string Why);
