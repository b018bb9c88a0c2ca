using System.Globalization;
using System.Text;
using Culvert.Protocol.Rooms;

namespace Culvert.Tailing;

/// <summary>Writes events as lines for people: <c>2026-09-21 12:03:04 alice: hi</c>.</summary>
/// <param name="zone">The time zone of the times.</param>
/// <param name="colours">True to colour for a terminal.</param>
/// <param name="showRoom">True to name the room, where there are several.</param>
internal sealed class EventText(TimeZoneInfo zone, bool colours, bool showRoom)
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss";

    // Readable on dark and on light; red and green are left to what means failure and success elsewhere.
    private static readonly int[] NameColours = [33, 34, 35, 36, 93, 94, 95, 96];

    /// <summary>The line with its line break; null for an event that is no news to a person.</summary>
    public string? Of(RoomEvent e)
    {
        if (e.Offset == 0)
        {
            return null;
        }

        var time = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(e.At), zone)
            .ToString(TimeFormat, CultureInfo.InvariantCulture);
        var room = showRoom && e.Room is not null ? $"[{DisplayText.Of(e.Room)}] " : "";
        return e.Ev == "msg"
            ? $"{Dim(time)} {room}{Name(e.From)}: {Body(e)}\n"
            : $"{Dim(time)} {room}* {DisplayText.Of(Happened(e))}\n";
    }

    private static string Body(RoomEvent e)
    {
        if (e.Erased)
        {
            return "(erased)";
        }

        return DisplayText.Of(Text(e), TimeFormat.Length + 1);
    }

    private static string Happened(RoomEvent e)
    {
        var who = e.By ?? e.From ?? "the server";
        var why = e.Why is { Length: > 0 } reason ? $" ({reason})" : "";
        return e.Ev switch
        {
            "edit" => $"{who} edited #{e.Seq}: {Text(e)}",
            "erase" => $"{who} erased #{e.Seq}{why}",
            "react" => e.On ? $"{who} reacted {e.Emoji} to #{e.Seq}" : $"{who} took {e.Emoji} back from #{e.Seq}",
            "join" => $"{who} joined",
            "leave" => $"{who} left",
            "kick" => $"{who} kicked {e.User}{why}",
            "ban" => $"{who} banned {e.User}{why}",
            "unban" => $"{who} let {e.User} in again{why}",
            "mute" => $"{who} muted {e.User}{why}",
            "unmute" => $"{who} let {e.User} speak again{why}",
            "topic" => $"{who} set the topic: {e.Topic}",
            "clear" => $"{who} cleared the room{why}",
            "settings" => $"{who} changed the settings",
            // A newer server's news, as it came.
            _ => Encoding.UTF8.GetString(e.Line.Span),
        };
    }

    /// <summary>The member text of the data, or the data as JSON when they have none.</summary>
    private static string Text(RoomEvent e) => e.ReadText() ?? Encoding.UTF8.GetString(e.Data.Span);

    private string Dim(string text) => colours ? $"\e[2m{text}\e[0m" : text;

    private string Name(string? name)
    {
        var shown = DisplayText.Of(name ?? "?");
        if (!colours)
        {
            return shown;
        }

        // The same name has the same colour in every run, which string.GetHashCode does not promise.
        var hash = 17u;
        foreach (var character in shown)
        {
            hash = (hash * 31) + character;
        }

        return $"\e[{NameColours[hash % (uint)NameColours.Length]}m{shown}\e[0m";
    }
}
