namespace Culvert.Chat.Search;

/// <summary>Which tokens a message must have, for an engine to look up. Immutable.</summary>
/// <param name="Phrases">All of them have to be there, each as tokens that follow one another.</param>
/// <param name="AnyOf">Of each of these lists at least one token has to be there.</param>
/// <remarks>Every token is ours, letters and digits only: nothing in it can be read as an operator.</remarks>
internal sealed record SearchExpression(
    IReadOnlyList<IReadOnlyList<string>> Phrases, IReadOnlyList<IReadOnlyCollection<string>> AnyOf);
