using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Culvert.Protocol.Rooms;

/// <summary>Reads replies to commands, on the client's side. Thread-safe; never throws for bad input.</summary>
/// <remarks>Unknown members are ignored, and so are known ones of another type.</remarks>
public static class ReplyReader
{
    /// <summary>Reads a reply; false when the line is not a JSON object with the member <c>re</c>.</summary>
    /// <param name="line">UTF-8 without line break; copied.</param>
    /// <param name="reply">The reply, null on failure.</param>
    public static bool TryRead(ReadOnlySpan<byte> line, [NotNullWhen(true)] out CommandReply? reply)
    {
        reply = null;
        try
        {
            return JsonMembers.TryStart(line, out var reader) && TryRead(ref reader, line, out reply);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool TryRead(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> line, [NotNullWhen(true)] out CommandReply? reply)
    {
        var isReply = false;
        long? re = null;
        byte[] ok = [];
        reply = null;
        var error = new CommandReply();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            _ = reader.Read();
            switch (name)
            {
                case "re":
                    isReply = true;
                    re = JsonMembers.Number(ref reader);
                    break;
                case "ok":
                    ok = line[JsonMembers.Raw(ref reader)].ToArray();
                    break;
                case "err":
                    error = ReadError(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        // Anything but white space after the object makes this throw.
        _ = reader.Read();
        reply = isReply ? error with { Re = re, Ok = error.Code is null ? ok : default(ReadOnlyMemory<byte>) } : null;
        return isReply;
    }

    private static CommandReply ReadError(ref Utf8JsonReader reader)
    {
        string? code = null;
        string? why = null;
        var retry = false;
        int? afterMs = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return new CommandReply { Code = ErrorCode.Internal.Code };
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            _ = reader.Read();
            switch (name)
            {
                case "code":
                    code = JsonMembers.Text(ref reader);
                    break;
                case "why":
                    why = JsonMembers.Text(ref reader);
                    break;
                case "retry":
                    retry = JsonMembers.Boolean(ref reader, false);
                    break;
                case "after_ms":
                    afterMs = JsonMembers.SmallNumber(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new CommandReply
        {
            Code = code ?? ErrorCode.Internal.Code,
            Why = why,
            Retry = retry,
            AfterMs = afterMs,
        };
    }
}
