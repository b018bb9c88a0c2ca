namespace Culvert.Chat.Pages;

/// <summary>What a page shows of a long list, and how to get to the rest. Immutable.</summary>
/// <remarks>Public for the reason that <see cref="PageContext"/> is.</remarks>
public sealed record Listed<T>
{
    /// <summary>Nothing.</summary>
    internal static readonly Listed<T> Empty = new();

    internal IReadOnlyList<T> Rows { get; init; } = [];

    /// <summary>What was looked for; empty for all.</summary>
    internal string Words { get; init; } = "";

    /// <summary>Where the page before ends; null on the first.</summary>
    internal string? Previous { get; init; }

    /// <summary>Where the next page begins; null on the last.</summary>
    internal string? Next { get; init; }

    /// <summary>Of an answer of the API.</summary>
    /// <param name="answer">Has <c>previous</c> and <c>next</c>.</param>
    /// <param name="member">Name of the rows in it.</param>
    /// <param name="words">What was looked for.</param>
    internal static Listed<T> Of(ApiAnswer answer, string member, string words) => new()
    {
        Rows = answer.Read<T[]>(member) ?? [],
        Words = words,
        Previous = answer.Read<string>("previous"),
        Next = answer.Read<string>("next"),
    };
}
