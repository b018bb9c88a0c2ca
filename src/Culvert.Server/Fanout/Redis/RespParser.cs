using System.Buffers.Text;

namespace Culvert.Server.Fanout.Redis;

/// <summary>Reads replies in RESP2, with bounds on everything that a server may say.</summary>
internal static class RespParser
{
    /// <summary>The largest bulk: some times what a frame of the bus is.</summary>
    public const int MaxBulkBytes = 4 << 20;

    private const int MaxLineBytes = 4 << 10;
    private const int MaxItems = 64;
    private const int MaxDepth = 4;

    /// <summary>
    /// Reads one reply at the beginning; false when there is not all of it yet. <paramref name="length"/> is what it
    /// takes.
    /// </summary>
    /// <exception cref="InvalidDataException">This is no reply, or one over a bound.</exception>
    public static bool TryRead(ReadOnlySpan<byte> input, out RespValue? value, out int length)
    {
        length = 0;
        return TryRead(input, MaxDepth, ref length, out value);
    }

    private static bool TryRead(ReadOnlySpan<byte> input, int depth, ref int at, out RespValue? value)
    {
        value = null;
        var rest = input[at..];
        var end = rest.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return rest.Length <= MaxLineBytes ? false : throw Bad("a line that does not end");
        }

        if (end is 0 or > MaxLineBytes)
        {
            throw Bad("an empty or overlong line");
        }

        var line = rest[1..end];
        at += end + 2;
        switch (rest[0])
        {
            case (byte)'+':
                value = new RespValue(RespKind.Simple, line.ToArray(), []);
                return true;
            case (byte)'-':
                value = new RespValue(RespKind.Error, line.ToArray(), []);
                return true;
            case (byte)':':
                value = new RespValue(RespKind.Integer, line.ToArray(), []);
                return true;
            case (byte)'$':
                return TryReadBulk(input, NumberOf(line, MaxBulkBytes), ref at, out value);
            case (byte)'*':
                return TryReadArray(input, NumberOf(line, MaxItems), depth, ref at, out value);
            default:
                throw Bad("an unknown type");
        }
    }

    private static bool TryReadBulk(ReadOnlySpan<byte> input, int length, ref int at, out RespValue? value)
    {
        value = null;
        if (length < 0)
        {
            value = new RespValue(RespKind.Bulk, [], []);
            return true;
        }

        if (input.Length - at < length + 2)
        {
            return false;
        }

        if (!input.Slice(at + length, 2).SequenceEqual("\r\n"u8))
        {
            throw Bad("a bulk of another length than announced");
        }

        value = new RespValue(RespKind.Bulk, input.Slice(at, length).ToArray(), []);
        at += length + 2;
        return true;
    }

    private static bool TryReadArray(
        ReadOnlySpan<byte> input, int count, int depth, ref int at, out RespValue? value)
    {
        value = null;
        if (depth == 0)
        {
            throw Bad("arrays too deep");
        }

        var items = new RespValue[Math.Max(0, count)];
        for (var index = 0; index < items.Length; index++)
        {
            if (!TryRead(input, depth - 1, ref at, out var item) || item is null)
            {
                return false;
            }

            items[index] = item;
        }

        value = new RespValue(RespKind.Array, [], items);
        return true;
    }

    /// <summary>-1 stands for none.</summary>
    private static int NumberOf(ReadOnlySpan<byte> line, int max) =>
        Utf8Parser.TryParse(line, out int number, out var taken) && taken == line.Length
        && number >= -1 && number <= max
            ? number
            : throw Bad("a length that is no number or too large");

    private static InvalidDataException Bad(string what) => new($"the server sent {what}");
}
