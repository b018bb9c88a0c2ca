using System.Text;
using System.Text.Json;

namespace Culvert.Protocol.Rooms;

/// <summary>
/// Reads single members of what clients send; each method starts at the value and ends at its last token.
/// </summary>
/// <remarks>
/// A JSON <c>null</c> reads as an absent member, since many languages send one for "not given".
/// Methods return null when the value is fine, else the error and a sentence that names the member.
/// The caller checked every text to be Unicode. Malformed JSON leaves as <see cref="JsonException"/>, which the
/// parsers turn into <c>bad_json</c>.
/// </remarks>
internal static class FieldReader
{
    public static ErrorCode? Number(
        ref Utf8JsonReader reader, string name, long minimum, out long? value, ref string? why)
    {
        value = null;
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType == JsonTokenType.Number
            && reader.TryGetInt64(out var number)
            && number >= minimum
            && number <= RoomCursor.MaxOffset)
        {
            value = number;
            return null;
        }

        reader.Skip();
        why = $"The member {name} must be an integer from {minimum} to 2^53 - 1.";
        return ErrorCode.BadField;
    }

    public static ErrorCode? Boolean(ref Utf8JsonReader reader, string name, ref bool value, ref string? why)
    {
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
        {
            value = reader.TokenType == JsonTokenType.True;
            return null;
        }

        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        reader.Skip();
        why = $"The member {name} must be true or false.";
        return ErrorCode.BadField;
    }

    public static ErrorCode? Text(
        ref Utf8JsonReader reader, string name, int maxCharacters, out string? value, ref string? why)
    {
        value = null;
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        // A character has at most 12 bytes of escapes (a surrogate pair), which bounds the string before it is made.
        if (reader.TokenType == JsonTokenType.String
            && reader.ValueSpan.Length <= maxCharacters * 12)
        {
            value = reader.GetString();
        }

        if (value is { Length: > 0 } && value.Length <= maxCharacters)
        {
            return null;
        }

        reader.Skip();
        value = null;
        why = $"The member {name} must be a text of 1 to {maxCharacters} characters.";
        return ErrorCode.BadField;
    }

    public static ErrorCode? Key(ref Utf8JsonReader reader, out string? value, ref string? why)
    {
        var error = Text(ref reader, "key", CommandParser.MaxKeyLength, out value, ref why);
        if (error is null && (value is null || IsKey(value)))
        {
            return null;
        }

        value = null;
        why = $"The member key must be 1 to {CommandParser.MaxKeyLength} printable ASCII characters.";
        return ErrorCode.BadField;
    }

    public static ErrorCode? Emoji(ref Utf8JsonReader reader, out string? value, ref string? why)
    {
        const int maxBytes = 64;
        var error = Text(ref reader, "emoji", maxBytes, out value, ref why);
        if (error is null && (value is null || (Encoding.UTF8.GetByteCount(value) <= maxBytes && !HasControl(value))))
        {
            return null;
        }

        value = null;
        why = "The member emoji must be 1 to 64 bytes of text without control characters.";
        return ErrorCode.BadField;
    }

    /// <summary>Any value: where it stands in the input, checked for depth.</summary>
    public static ErrorCode? Json(ref Utf8JsonReader reader, int maxDepth, out Range? value)
    {
        var start = (int)reader.TokenStartIndex;
        var depth = reader.CurrentDepth;
        value = null;
        while (true)
        {
            if (JsonText.CheckToken(ref reader, depth + maxDepth) == JsonProblem.TooDeep)
            {
                return ErrorCode.TooDeep;
            }

            var ends = reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject
                or JsonTokenType.PropertyName);
            if (ends && reader.CurrentDepth == depth)
            {
                value = start..(int)reader.BytesConsumed;
                return null;
            }

            _ = reader.Read();
        }
    }

    private static bool IsKey(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool HasControl(string value)
    {
        foreach (var character in value)
        {
            if (char.IsControl(character))
            {
                return true;
            }
        }

        return false;
    }
}
