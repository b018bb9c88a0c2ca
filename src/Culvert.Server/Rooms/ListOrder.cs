namespace Culvert.Server.Rooms;

/// <summary>Which page of a long list is wanted. Immutable.</summary>
/// <param name="After">The key before the first row; null or empty for the beginning.</param>
/// <param name="Before">The key behind the last row, for a page that ends there; null for one that begins.</param>
/// <param name="Words">What rows have to hold, in any order and case; empty for all rows.</param>
/// <param name="Limit">Rows of the page.</param>
internal sealed record ListOrder(string? After, string? Before, string Words, int Limit)
{
    private readonly string[] _words = Fold(Words).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>True when each of the words is in one of the texts.</summary>
    public bool Fits(params ReadOnlySpan<string?> texts)
    {
        foreach (var word in _words)
        {
            var isThere = false;
            foreach (var text in texts)
            {
                isThere |= text is not null && Fold(text).Contains(word, StringComparison.Ordinal);
            }

            if (!isThere)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Who writes ё and who writes е mean the same.</summary>
    private static string Fold(string text) => text.ToLowerInvariant().Replace('ё', 'е');
}
