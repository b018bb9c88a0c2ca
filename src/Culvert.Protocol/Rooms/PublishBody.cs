using System.Text.Json;

namespace Culvert.Protocol.Rooms;

/// <summary>The JSON body of a publish: one object, or an array of them that is one commit. Immutable.</summary>
/// <remarks>Serves HTTP bodies and <see cref="ClientCommand.Batch"/> alike.</remarks>
public sealed class PublishBody
{
    /// <summary>The most messages of one batch.</summary>
    public const int MaxItems = 1000;

    private static readonly PublishBody Empty = new(false, []);

    private PublishBody(bool isBatch, IReadOnlyList<PublishItem> items)
    {
        IsBatch = isBatch;
        Items = items;
    }

    /// <summary>True when the body was an array, and the answer has to be one.</summary>
    public bool IsBatch { get; }

    /// <summary>
    /// The messages in order, 1 to 1000, none after a failure; their data are ranges of the parsed bytes.
    /// </summary>
    public IReadOnlyList<PublishItem> Items { get; }

    /// <summary>Reads a body. Never throws for bad input.</summary>
    /// <param name="json">UTF-8 of the body.</param>
    /// <param name="body">The result; on failure one without messages.</param>
    /// <param name="why">A sentence that names the member that is wrong; null when the catalogue's says it all.</param>
    /// <returns>Null when the body is fine.</returns>
    public static ErrorCode? Parse(ReadOnlySpan<byte> json, out PublishBody body, out string? why)
    {
        body = Empty;
        why = null;
        if (JsonText.HasInvalidText(json))
        {
            why = "The body has a text that is not valid Unicode.";
            return ErrorCode.BadJson;
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonText.ReaderDepth });
        var items = new List<PublishItem>(1);
        try
        {
            _ = reader.Read();
            var isBatch = reader.TokenType == JsonTokenType.StartArray;
            var error = isBatch ? ReadArray(ref reader, items, ref why) : ReadItem(ref reader, items, ref why);
            if (error is not null)
            {
                return error;
            }

            // Anything but white space after the value makes this throw.
            _ = reader.Read();
            body = new PublishBody(isBatch, items);
            return null;
        }
        catch (JsonException)
        {
            why = null;
            return ErrorCode.BadJson;
        }
    }

    private static ErrorCode? ReadArray(ref Utf8JsonReader reader, List<PublishItem> items, ref string? why)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (items.Count == MaxItems)
            {
                why = "A batch holds at most 1000 messages; send the rest in another one.";
                return ErrorCode.BadField;
            }

            if (ReadItem(ref reader, items, ref why) is { } error)
            {
                return error;
            }
        }

        if (items.Count > 0)
        {
            return null;
        }

        why = "A batch holds at least one message.";
        return ErrorCode.BadField;
    }

    private static ErrorCode? ReadItem(ref Utf8JsonReader reader, List<PublishItem> items, ref string? why)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            why = "A message is an object such as {\"data\":{\"text\":\"hi\"}}.";
            return ErrorCode.BadField;
        }

        Range? data = null;
        string? key = null;
        long? ifOffset = null;
        var seen = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.ValueTextEquals("data"u8) ? 1
                : reader.ValueTextEquals("key"u8) ? 2
                : reader.ValueTextEquals("ifOffset"u8) ? 4 : 0;
            if ((seen & member) != 0)
            {
                why = "A message has the same member twice.";
                return ErrorCode.BadField;
            }

            seen |= member;
            _ = reader.Read();
            var error = member switch
            {
                1 => FieldReader.Json(ref reader, JsonText.MaxDepth, out data),
                2 => FieldReader.Key(ref reader, out key, ref why),
                4 => FieldReader.Number(ref reader, "ifOffset", 0, out ifOffset, ref why),
                _ => FieldReader.Json(ref reader, JsonText.MaxDepth, out _),
            };
            if (error is not null)
            {
                return error;
            }
        }

        if (data is not { } range)
        {
            why = "Each message needs the member data.";
            return ErrorCode.MissingField;
        }

        items.Add(new PublishItem(range, key, ifOffset));
        return null;
    }
}
