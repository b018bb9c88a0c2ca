using System.Text.Json;
using Culvert.Chat.Texts;

namespace Culvert.Chat.Rooms;

/// <summary>Something that happened in a room besides messages. Immutable.</summary>
/// <param name="After">The number of the message before it; 0 for none.</param>
/// <param name="Kind">The value of <c>ev</c>.</param>
/// <param name="Actor">Who did it; empty for the server.</param>
/// <param name="User">Whom it is about; empty for nobody.</param>
/// <param name="Detail">The new topic, or the reason; empty for none.</param>
internal sealed record ShownNotice(long After, string Kind, string Actor, string User, string Detail)
{
    /// <summary>Reads lines, joined by commas, newest first; returns the oldest first.</summary>
    public static IReadOnlyList<ShownNotice> ReadAll(ReadOnlySpan<byte> lines)
    {
        byte[] array = [(byte)'[', .. lines, (byte)']'];
        using var document = JsonDocument.Parse(array);
        return [.. document.RootElement.EnumerateArray().Select(Read).Reverse()];
    }

    /// <summary>The sentence that tells it; scripts/timeline-notices.js says the same.</summary>
    /// <param name="text">In the reader's language.</param>
    /// <param name="titleOf">What a person is called.</param>
    public string Tell(Text text, Func<string, string> titleOf)
    {
        var isOwn = Actor == User || Actor.Length == 0;
        var sentence = text.Format(
            Kind switch
            {
                "join" => isOwn ? "room.notice.join" : "room.notice.added",
                "leave" => isOwn ? "room.notice.leave" : "room.notice.removed",
                "kick" => "room.notice.kick",
                "ban" => "room.notice.ban",
                "unban" => "room.notice.unban",
                "mute" => "room.notice.mute",
                "unmute" => "room.notice.unmute",
                "topic" => Detail.Length > 0 ? "room.notice.topic" : "room.notice.noTopic",
                "clear" => "room.notice.clear",
                _ => "room.notice.settings",
            },
            ("user", titleOf(User)),
            ("by", titleOf(Actor)),
            ("topic", Detail));
        return Detail.Length > 0 && Kind != "topic" ? $"{sentence} ({Detail})" : sentence;
    }

    private static ShownNotice Read(JsonElement line)
    {
        var actor = TextOf(line, "by");
        return new ShownNotice(
            line.TryGetProperty("seq", out var seq) ? seq.GetInt64() : 0,
            TextOf(line, "ev"),
            actor.Length > 0 ? actor : TextOf(line, "from"),
            TextOf(line, "user"),
            line.TryGetProperty("topic", out _) ? TextOf(line, "topic") : TextOf(line, "why"));
    }

    private static string TextOf(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() ?? ""
            : "";
}
