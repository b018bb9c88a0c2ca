namespace Culvert.Chat.Search.Indexing;

/// <summary>What is kept of one message from now on.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Tokens">As <see cref="Words.SearchTokens"/> makes them; null for an erased one.</param>
/// <param name="Mentioned">Ids of the users it names; the author among them does not count.</param>
/// <param name="Files">Ids of the files it names.</param>
internal sealed record IndexedMessage(
    long Seq, string? Tokens, IReadOnlyList<long> Mentioned, IReadOnlyList<string> Files);
