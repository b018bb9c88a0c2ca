using System.Text;

namespace Culvert.Protocol.Rooms;

/// <summary>The wire names of durable events: the values of <c>ev</c>. Thread-safe.</summary>
public static class EventNames
{
    /// <summary>The UTF-8 wire name, e.g. <c>msg</c>; static memory, valid for ever.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a member of the enumeration.</exception>
    public static ReadOnlySpan<byte> Of(EventKind kind) => kind switch
    {
        EventKind.Message => "msg"u8,
        EventKind.Edit => "edit"u8,
        EventKind.Erase => "erase"u8,
        EventKind.React => "react"u8,
        EventKind.Join => "join"u8,
        EventKind.Leave => "leave"u8,
        EventKind.Kick => "kick"u8,
        EventKind.Ban => "ban"u8,
        EventKind.Unban => "unban"u8,
        EventKind.Mute => "mute"u8,
        EventKind.Unmute => "unmute"u8,
        EventKind.Topic => "topic"u8,
        EventKind.Clear => "clear"u8,
        EventKind.Settings => "settings"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of event."),
    };

    /// <summary>The kind of a UTF-8 wire name; false for names that are not a durable event. Case matters.</summary>
    public static bool TryParse(ReadOnlySpan<byte> name, out EventKind kind)
    {
        for (kind = EventKind.Message; kind <= EventKind.Settings; kind++)
        {
            if (name.SequenceEqual(Of(kind)))
            {
                return true;
            }
        }

        kind = default;
        return false;
    }

    /// <summary>The kind of a wire name; false for names that are not a durable event. Case matters.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out EventKind kind)
    {
        Span<byte> utf8 = stackalloc byte[16];
        if (name.Length > utf8.Length || !Encoding.UTF8.TryGetBytes(name, utf8, out var count))
        {
            kind = default;
            return false;
        }

        return TryParse(utf8[..count], out kind);
    }
}
