using Culvert.Chat.Pages;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Chat.Rooms;

/// <summary>What the page of a room shows to one person. Immutable.</summary>
/// <remarks>Public for the reason that <see cref="PageContext"/> is.</remarks>
public sealed record RoomView
{
    internal RoomView(RoomInfo room, HistoryPage history, Capability capability)
    {
        Room = room;
        History = history;
        Capability = capability;
    }

    internal RoomInfo Room { get; }

    internal HistoryPage History { get; }

    internal Capability Capability { get; }

    /// <summary>The time of the page.</summary>
    internal DateTimeOffset Now { get; init; }

    /// <summary>The message that the address names; 0 for none.</summary>
    internal long Target { get; init; }

    /// <summary>The date that the address names, at its first moment; null for none.</summary>
    internal DateTimeOffset? Date { get; init; }

    /// <summary>Who is there now, by name.</summary>
    internal IReadOnlyList<string> Online { get; init; } = [];

    /// <summary>The people who are named in the page, by name, as far as they have profiles.</summary>
    internal IReadOnlyDictionary<string, PersonView> People { get; init; } = new Dictionary<string, PersonView>();

    /// <summary>Whether the people are shown where there is room for them.</summary>
    internal bool ShowsPeople { get; init; } = true;

    /// <summary>What a file of a message may have.</summary>
    internal long MaxFileBytes { get; init; }

    /// <summary>What was written but not sent.</summary>
    internal string? Draft { get; init; }

    /// <summary>Why it was not sent.</summary>
    internal string? Problem { get; init; }

    /// <summary>Names one try of sending, so that sending the same form twice sends one message.</summary>
    internal string Key { get; } = Guid.NewGuid().ToString("N");

    internal PersonView PersonOf(string name) =>
        People.TryGetValue(name, out var person) ? person : new PersonView(name, name, null, "member");

    /// <summary>
    /// The first message that was not read when the page was opened and is by somebody else; 0 for none in the page.
    /// </summary>
    internal long FirstUnread(string reader) =>
        History.Messages.FirstOrDefault(m => m.Seq > Room.Read && m.From != reader)?.Seq ?? 0;
}
