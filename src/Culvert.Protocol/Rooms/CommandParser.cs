using System.Text.Json;

namespace Culvert.Protocol.Rooms;

/// <summary>
/// Reads the commands that clients send over a WebSocket (docs/protocol.md, "Commands"). Thread-safe.
/// </summary>
public static class CommandParser
{
    /// <summary>The longest idempotency key, in characters.</summary>
    public const int MaxKeyLength = 128;

    /// <summary>The most messages of one page of history.</summary>
    public const int MaxPage = 500;

    /// <summary>Messages of a page of history whose size was not asked for.</summary>
    public const int DefaultPage = 50;

    /// <summary>Reads one command. Never throws for bad input.</summary>
    /// <param name="line">UTF-8 of one JSON object; the command borrows it.</param>
    /// <param name="command">
    /// The command; after an error only <c>Id</c> counts, which is set as far as it could be read.
    /// </param>
    /// <param name="why">After an error: a sentence that names the member; null when the catalogue's is enough.</param>
    /// <returns>Null when the command is fine: known, complete, every member of the right type and range.</returns>
    public static ErrorCode? Parse(ReadOnlySpan<byte> line, out ClientCommand command, out string? why)
    {
        command = new CommandFields().ToCommand(line);
        why = null;
        if (JsonText.HasInvalidText(line))
        {
            why = "The line has a text that is not valid Unicode.";
            return ErrorCode.BadJson;
        }

        var fields = new CommandFields();
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = JsonText.ReaderDepth });
        try
        {
            _ = reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                why = "A command is a JSON object such as {\"id\":1,\"op\":\"ping\"}.";
                return ErrorCode.BadJson;
            }

            var error = CommandReader.Read(ref reader, ref fields, ref why);
            command = fields.ToCommand(line);
            return error ?? CheckRequired(command, ref why);
        }
        catch (JsonException)
        {
            command = fields.ToCommand(line);
            why = null;
            return ErrorCode.BadJson;
        }
    }

    private static ErrorCode? CheckRequired(in ClientCommand command, ref string? why)
    {
        var missing = command.Op switch
        {
            CommandOp.None => "op",
            CommandOp.Ping or CommandOp.Away => null,
            CommandOp.Auth => command.Token.Length == 0 ? "token" : null,
            _ when command.Room.Length == 0 => "room",
            CommandOp.Pub => command.Data.IsEmpty && command.Batch.IsEmpty ? "data" : null,
            CommandOp.Edit => command.Seq == 0 ? "seq" : command.Data.IsEmpty ? "data" : null,
            CommandOp.Erase => command.Seq == 0 ? "seq" : null,
            CommandOp.React => command.Seq == 0 ? "seq" : command.Emoji.Length == 0 ? "emoji" : null,
            CommandOp.Read => command.Seq == 0 ? "seq" : null,
            _ => null,
        };
        if (missing is not null)
        {
            why = $"The member {missing} is missing.";
            return ErrorCode.MissingField;
        }

        return CheckTogether(command, ref why);
    }

    private static ErrorCode? CheckTogether(in ClientCommand command, ref string? why)
    {
        if (command.Op == CommandOp.Pub && !command.Batch.IsEmpty
            && (!command.Data.IsEmpty || command.Key is not null || command.IfOffset is not null))
        {
            why = "Beside batch, the members data, key and ifOffset stand in the messages of the batch.";
            return ErrorCode.BadField;
        }

        var anchors = (command.Before is null ? 0 : 1) + (command.After is null ? 0 : 1)
            + (command.Around is null ? 0 : 1) + (command.At is null ? 0 : 1);
        if (command.Op == CommandOp.Hist && anchors > 1)
        {
            why = "Of the members before, after, around and at, only one may be given.";
            return ErrorCode.BadField;
        }

        return null;
    }
}
