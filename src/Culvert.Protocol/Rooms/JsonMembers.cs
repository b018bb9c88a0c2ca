using System.Text.Json;

namespace Culvert.Protocol.Rooms;

/// <summary>Reads values the tolerant way of clients: what has the wrong type reads as absent.</summary>
/// <remarks>
/// Malformed JSON leaves as <see cref="JsonException"/>, a text that is not Unicode as
/// <see cref="InvalidOperationException"/>; the readers turn both into "not a line".
/// </remarks>
internal static class JsonMembers
{
    /// <summary>A reader at the first token inside the object; false when the line is something else.</summary>
    public static bool TryStart(ReadOnlySpan<byte> line, out Utf8JsonReader reader)
    {
        reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = JsonText.ReaderDepth });
        return reader.Read() && reader.TokenType == JsonTokenType.StartObject;
    }

    public static string? Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }

    public static long? Number(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.TryGetInt64(out var value) ? value : null;
        }

        reader.Skip();
        return null;
    }

    public static int? SmallNumber(ref Utf8JsonReader reader) =>
        Number(ref reader) is >= int.MinValue and <= int.MaxValue and var value ? (int)value : null;

    public static bool Boolean(ref Utf8JsonReader reader, bool otherwise)
    {
        reader.Skip();
        return reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => otherwise,
        };
    }

    public static IReadOnlyList<string> Texts(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return [];
        }

        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (Text(ref reader) is { } text)
            {
                texts.Add(text);
            }
        }

        return texts;
    }

    /// <summary>Where the value stands in the line.</summary>
    public static Range Raw(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }
}
