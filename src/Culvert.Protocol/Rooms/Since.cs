using System.Diagnostics.CodeAnalysis;

namespace Culvert.Protocol.Rooms;

/// <summary>Where a subscription starts (docs/protocol.md, "since").</summary>
/// <param name="Kind">Which form.</param>
/// <param name="Cursor">The place, for <see cref="SinceKind.Cursor"/>; else the default.</param>
/// <param name="Count">Events, 1 to 10,000, for <see cref="SinceKind.Last"/>; else 0.</param>
public readonly record struct Since(SinceKind Kind, RoomCursor Cursor, int Count)
{
    /// <summary>The highest count of <c>last:N</c>.</summary>
    public const int MaxLast = 10_000;

    /// <summary>Nothing is replayed; the value of the default struct.</summary>
    public static Since Now => default;

    /// <summary>From the lowest offset that can be read.</summary>
    public static Since Start => new(SinceKind.Start, default, 0);

    /// <summary>From the N-th newest event.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 10,000.</exception>
    public static Since Last(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxLast);
        return new Since(SinceKind.Last, default, count);
    }

    /// <summary>From the event after the cursor.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "The protocol's own word.")]
    public static Since After(RoomCursor cursor) => new(SinceKind.Cursor, cursor, 0);

    /// <summary>Reads the HTTP form: a cursor, <c>start</c>, <c>now</c> or <c>last:N</c>. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Since since)
    {
        since = default;
        if (text is "now")
        {
            return true;
        }

        if (text is "start")
        {
            since = Start;
            return true;
        }

        if (text.StartsWith("last:", StringComparison.Ordinal))
        {
            var valid = RoomCursor.TryParseNumber(text[5..], out var count) && count is >= 1 and <= MaxLast;
            since = valid ? Last((int)count) : default;
            return valid;
        }

        if (!RoomCursor.TryParse(text, out var cursor))
        {
            return false;
        }

        since = After(cursor);
        return true;
    }

    /// <summary>The HTTP form.</summary>
    public override string ToString() => Kind switch
    {
        SinceKind.Start => "start",
        SinceKind.Last => $"last:{Count}",
        SinceKind.Cursor => Cursor.ToString(),
        _ => "now",
    };
}
