namespace Culvert.Server.Rooms;

/// <summary>One page of a long list. Immutable.</summary>
/// <param name="Rows">In the order of the list.</param>
/// <param name="Previous">What the page before ends before; null on the first.</param>
/// <param name="Next">What the next page begins after; null on the last.</param>
internal sealed record ListPage<T>(IReadOnlyList<T> Rows, string? Previous, string? Next)
{
    /// <summary>A search for words looks at so many rows at most, and says where to go on.</summary>
    private const int MaxExamined = 5000;

    private const int Piece = 250;

    /// <param name="order">Which page.</param>
    /// <param name="readAsync">
    /// Reads at most so many rows behind a key, empty for the beginning, or with <c>true</c> before it and backwards.
    /// </param>
    /// <param name="keyOf">The key of a row.</param>
    /// <param name="fits">False for rows that are left out.</param>
    public static async ValueTask<ListPage<T>> ReadAsync(
        ListOrder order,
        Func<string, bool, int, ValueTask<IReadOnlyList<T>>> readAsync,
        Func<T, string> keyOf,
        Func<T, bool> fits)
    {
        var isBack = order.Before is not null;
        var start = order.Before ?? order.After ?? "";
        var piece = order.Words.Length > 0 ? Piece : order.Limit + 1;
        List<T> found = [];
        string? goOn = null;
        var key = start;
        for (var examined = 0; goOn is null; examined += piece)
        {
            if (examined >= MaxExamined)
            {
                goOn = key;
                break;
            }

            var rows = await readAsync(key, isBack, piece);
            found.AddRange(rows.Where(fits).Take(order.Limit + 1 - found.Count));
            if (found.Count > order.Limit)
            {
                found.RemoveAt(order.Limit);
                goOn = keyOf(found[^1]);
            }
            else if (rows.Count < piece)
            {
                break;
            }

            key = rows.Count > 0 ? keyOf(rows[^1]) : key;
        }

        // The other way there is what the reader came from.
        var back = start.Length == 0 ? null : found.Count > 0 ? keyOf(found[0]) : start;
        if (!isBack)
        {
            return new ListPage<T>(found, back, goOn);
        }

        found.Reverse();
        return new ListPage<T>(found, goOn, back);
    }
}
