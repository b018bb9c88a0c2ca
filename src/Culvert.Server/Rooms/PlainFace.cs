using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Culvert.Protocol.Rooms;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Rooms;

/// <summary>
/// The plain face of a room: texts with their time and author, for programs in any language without a library.
/// </summary>
internal static class PlainFace
{
    /// <summary>Writes the event as one text frame, or nothing for kinds the plain face does not show.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> line, EventKind kind)
    {
        if (kind == EventKind.Clear)
        {
            WebSocketWriter.WriteMessage(output, Opcode.Text, """{"cmd":"empty"}"""u8);
            return;
        }

        if (kind is EventKind.Edit or EventKind.Erase or EventKind.React or EventKind.Settings)
        {
            return;
        }

        var shown = Read(line);
        if (kind == EventKind.Message)
        {
            if (shown.Text is not null)
            {
                WriteText(output, shown.Text, shown.At, shown.From);
            }

            return;
        }

        WriteText(output, Notice(kind, shown), shown.At, null);
    }

    /// <summary>Writes <c>{"text","created_at","user"}</c>; a null user marks a notice of the server.</summary>
    public static void WriteText(IBufferWriter<byte> output, string text, long at, string? user)
    {
        var payload = new ArrayBufferWriter<byte>(text.Length + 96);
        using (var json = new Utf8JsonWriter(payload, LooseJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("text"u8, text);
            json.WriteString("created_at"u8, DateTimeOffset.FromUnixTimeMilliseconds(at)
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("user"u8, user);
            json.WriteEndObject();
        }

        WebSocketWriter.WriteMessage(output, Opcode.Text, payload.WrittenSpan);
    }

    private static string Notice(EventKind kind, in Shown shown) => kind switch
    {
        EventKind.Join => $"@{shown.From ?? shown.User} joined",
        EventKind.Leave => $"@{shown.From ?? shown.User} left",
        EventKind.Kick => $"@{shown.User} was removed by @{shown.By}",
        EventKind.Ban => $"@{shown.User} was banned by @{shown.By}",
        EventKind.Unban => $"@{shown.User} may come back",
        EventKind.Mute => $"@{shown.User} was muted by @{shown.By}",
        EventKind.Unmute => $"@{shown.User} may write again",
        EventKind.Topic => $"@{shown.By} set the topic: {shown.Topic}",
        _ => "",
    };

    private static Shown Read(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        var shown = default(Shown);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("data"u8))
            {
                shown.Text = TextOf(ref reader);
                continue;
            }

            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "at":
                    shown.At = reader.GetInt64();
                    break;
                case "from":
                    shown.From = reader.GetString();
                    break;
                case "by":
                    shown.By = reader.GetString();
                    break;
                case "user":
                    shown.User = reader.GetString();
                    break;
                case "topic":
                    shown.Topic = reader.GetString();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return shown;
    }

    /// <summary>The text of a message: its <c>text</c> member, a bare string, or any other JSON as it is.</summary>
    private static string TextOf(ref Utf8JsonReader reader)
    {
        reader.Read();
        using var data = JsonDocument.ParseValue(ref reader);
        var root = data.RootElement;
        if (root.ValueKind == JsonValueKind.Object
            && root.TryGetProperty("text"u8, out var text)
            && text.ValueKind == JsonValueKind.String)
        {
            return text.GetString() ?? "";
        }

        return root.ValueKind == JsonValueKind.String ? root.GetString() ?? "" : root.GetRawText();
    }

    private struct Shown
    {
        public string? Text;
        public long At;
        public string? From;
        public string? By;
        public string? User;
        public string? Topic;
    }
}
