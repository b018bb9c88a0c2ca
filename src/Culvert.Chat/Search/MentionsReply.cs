namespace Culvert.Chat.Search;

/// <summary>How many messages above the reader's cursor name the reader.</summary>
/// <param name="Rooms">By the room's name; rooms without any are not there.</param>
internal sealed record MentionsReply(IReadOnlyDictionary<string, int> Rooms);
