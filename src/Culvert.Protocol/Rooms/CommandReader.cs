using System.Text.Json;

namespace Culvert.Protocol.Rooms;

/// <summary>Reads the members of one command; what they mean together is up to <see cref="CommandParser"/>.</summary>
internal static class CommandReader
{
    private const int MaxRoomLength = 256;
    private const int MaxWhyLength = 500;
    private const int MaxTokenLength = 4096;

    // The array and the object around the data of a batch.
    private const int BatchDepth = JsonText.MaxDepth + 2;

    /// <summary>Reads from the start of the object to the end of the text; returns the first problem.</summary>
    public static ErrorCode? Read(ref Utf8JsonReader reader, ref CommandFields fields, ref string? why)
    {
        ErrorCode? first = null;
        var members = CommandMembers.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? problem = null;
            ErrorCode? error = null;
            var member = MemberOf(ref reader);
            if ((members & member) != 0)
            {
                problem = $"The member {reader.GetString()} stands in the command twice.";
                error = ErrorCode.BadField;
            }

            members |= member;
            _ = reader.Read();
            var known = error is null ? member : CommandMembers.None;
            error = ReadMember(ref reader, known, ref fields, ref problem) ?? error;
            if (error == ErrorCode.TooDeep || error == ErrorCode.BadJson)
            {
                why = problem;
                return error;
            }

            // The first problem is the one reported; the walk goes on because the id may still come.
            if (first is null && error is not null)
            {
                first = error;
                why = problem;
            }
        }

        // Anything but white space after the object makes this throw.
        _ = reader.Read();
        return first;
    }

    private static CommandMembers MemberOf(ref Utf8JsonReader reader)
    {
        foreach (var (name, member) in CommandMembersTable.All)
        {
            if (reader.ValueTextEquals(name))
            {
                return member;
            }
        }

        return CommandMembers.None;
    }

    private static ErrorCode? ReadMember(
        ref Utf8JsonReader reader, CommandMembers member, ref CommandFields fields, ref string? why)
    {
        ErrorCode? error;
        string? text;
        long? number;
        switch (member)
        {
            case CommandMembers.Id:
                error = FieldReader.Number(ref reader, "id", 0, out number, ref why);
                fields.Id = number;
                return error;
            case CommandMembers.Op:
                return ReadOp(ref reader, ref fields, ref why);
            case CommandMembers.Room:
                error = FieldReader.Text(ref reader, "room", MaxRoomLength, out text, ref why);
                fields.Room = text;
                return error;
            case CommandMembers.Since:
                return ReadSince(ref reader, ref fields, ref why);
            case CommandMembers.Gap:
                return ReadGap(ref reader, ref fields, ref why);
            case CommandMembers.Key:
                error = FieldReader.Key(ref reader, out text, ref why);
                fields.Key = text;
                return error;
            case CommandMembers.Data:
                error = FieldReader.Json(ref reader, JsonText.MaxDepth, out var data);
                fields.Data = data;
                return error;
            case CommandMembers.Batch:
                return ReadBatch(ref reader, ref fields, ref why);
            default:
                return ReadRareMember(ref reader, member, ref fields, ref why);
        }
    }

    private static ErrorCode? ReadRareMember(
        ref Utf8JsonReader reader, CommandMembers member, ref CommandFields fields, ref string? why)
    {
        ErrorCode? error;
        string? text;
        long? number;
        switch (member)
        {
            case CommandMembers.IfOffset:
                error = FieldReader.Number(ref reader, "ifOffset", 0, out number, ref why);
                fields.IfOffset = number;
                return error;
            case CommandMembers.Seq:
                error = FieldReader.Number(ref reader, "seq", 1, out number, ref why);
                fields.Seq = number;
                return error;
            case CommandMembers.Emoji:
                error = FieldReader.Emoji(ref reader, out text, ref why);
                fields.Emoji = text;
                return error;
            case CommandMembers.On:
                var on = true;
                error = FieldReader.Boolean(ref reader, "on", ref on, ref why);
                fields.On = on;
                return error;
            case CommandMembers.Why:
                error = FieldReader.Text(ref reader, "why", MaxWhyLength, out text, ref why);
                fields.Why = text;
                return error;
            case CommandMembers.Token:
                error = FieldReader.Text(ref reader, "token", MaxTokenLength, out text, ref why);
                fields.Token = text;
                return error;
            case CommandMembers.Limit:
                return ReadLimit(ref reader, ref fields, ref why);
            default:
                return ReadAnchor(ref reader, member, ref fields, ref why);
        }
    }

    private static ErrorCode? ReadAnchor(
        ref Utf8JsonReader reader, CommandMembers member, ref CommandFields fields, ref string? why)
    {
        ErrorCode? error;
        long? number;
        switch (member)
        {
            case CommandMembers.Before:
                error = FieldReader.Number(ref reader, "before", 0, out number, ref why);
                fields.Before = number;
                return error;
            case CommandMembers.After:
                error = FieldReader.Number(ref reader, "after", 0, out number, ref why);
                fields.After = number;
                return error;
            case CommandMembers.Around:
                error = FieldReader.Number(ref reader, "around", 0, out number, ref why);
                fields.Around = number;
                return error;
            case CommandMembers.At:
                error = FieldReader.Number(ref reader, "at", 0, out number, ref why);
                fields.At = number;
                return error;
            default:
                return FieldReader.Json(ref reader, BatchDepth, out _);
        }
    }

    private static ErrorCode? ReadOp(ref Utf8JsonReader reader, ref CommandFields fields, ref string? why)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            why = "The member op must be a text.";
            return ErrorCode.BadField;
        }

        foreach (var (name, op) in CommandMembersTable.Ops)
        {
            if (reader.ValueTextEquals(name))
            {
                fields.Op = op;
                return null;
            }
        }

        return ErrorCode.UnknownOp;
    }

    private static ErrorCode? ReadLimit(ref Utf8JsonReader reader, ref CommandFields fields, ref string? why)
    {
        var error = FieldReader.Number(ref reader, "limit", 1, out var limit, ref why);
        if (error is not null || limit > CommandParser.MaxPage)
        {
            why = $"The member limit must be an integer from 1 to {CommandParser.MaxPage}.";
            return ErrorCode.BadLimit;
        }

        fields.Limit = (int)(limit ?? CommandParser.DefaultPage);
        return null;
    }

    private static ErrorCode? ReadGap(ref Utf8JsonReader reader, ref CommandFields fields, ref string? why)
    {
        if (FieldReader.Text(ref reader, "gap", 16, out var text, ref why) is null)
        {
            switch (text)
            {
                case null or "oldest":
                    fields.Gap = GapPolicy.Oldest;
                    return null;
                case "snapshot":
                    fields.Gap = GapPolicy.Snapshot;
                    return null;
                case "reject":
                    fields.Gap = GapPolicy.Reject;
                    return null;
                default:
                    break;
            }
        }

        why = "The member gap must be \"oldest\", \"snapshot\" or \"reject\".";
        return ErrorCode.BadField;
    }

    private static ErrorCode? ReadSince(ref Utf8JsonReader reader, ref CommandFields fields, ref string? why)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return ReadSinceObject(ref reader, ref fields, ref why);
        }

        var since = Since.Now;
        if (FieldReader.Text(ref reader, "since", RoomCursor.MaxLength, out var text, ref why) is null
            && (text is null
                || (Since.TryParse(text, out since) && since.Kind != SinceKind.Last)))
        {
            fields.Since = since;
            return null;
        }

        why = "The member since must be a cursor, \"start\", \"now\" or {\"last\":n}.";
        return ErrorCode.BadCursor;
    }

    private static ErrorCode? ReadSinceObject(ref Utf8JsonReader reader, ref CommandFields fields, ref string? why)
    {
        long? last = null;
        var valid = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isLast = reader.ValueTextEquals("last"u8);
            _ = reader.Read();
            if (isLast && last is null)
            {
                valid &= FieldReader.Number(ref reader, "last", 1, out last, ref why) is null;
            }
            else
            {
                valid = false;
                if (FieldReader.Json(ref reader, BatchDepth, out _) is { } error)
                {
                    return error;
                }
            }
        }

        if (!valid || last is not { } count || count > Since.MaxLast)
        {
            why = $"As an object, the member since must be {{\"last\":n}} with n from 1 to {Since.MaxLast}.";
            return ErrorCode.BadCursor;
        }

        fields.Since = Since.Last((int)count);
        return null;
    }

    private static ErrorCode? ReadBatch(ref Utf8JsonReader reader, ref CommandFields fields, ref string? why)
    {
        var isArray = reader.TokenType == JsonTokenType.StartArray;
        var isNull = reader.TokenType == JsonTokenType.Null;
        if (FieldReader.Json(ref reader, BatchDepth, out var range) is { } error)
        {
            return error;
        }

        fields.Batch = isArray ? range : null;
        if (isArray || isNull)
        {
            return null;
        }

        why = "The member batch must be an array of messages.";
        return ErrorCode.BadField;
    }
}
