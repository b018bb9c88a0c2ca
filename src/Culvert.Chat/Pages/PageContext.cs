using Culvert.Chat.Assets;
using Culvert.Chat.Texts;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Chat.Pages;

/// <summary>What every page knows of the request it answers. Immutable.</summary>
/// <remarks>
/// Public because the compiler makes components public and their parameters have to be as well; what is in it is not.
/// </remarks>
public sealed record PageContext
{
    internal PageContext(Text text, AssetStore assets, string formToken, string path)
    {
        Text = text;
        Assets = assets;
        FormToken = formToken;
        Path = path;
    }

    /// <summary>In the reader's language.</summary>
    internal Text Text { get; }

    internal AssetStore Assets { get; }

    /// <summary>For the hidden field of each form.</summary>
    internal string FormToken { get; }

    /// <summary>Path and query of the request.</summary>
    internal string Path { get; }

    /// <summary>Who is signed in; null for nobody.</summary>
    internal Caller? Caller { get; init; }

    /// <summary>The same as pages show it. Pages behind the sign-in only.</summary>
    internal PersonView Me { get; init; } = new("", "", null, "member");

    /// <summary>The rooms that the caller is a member of, by name; none for nobody.</summary>
    internal IReadOnlyList<RoomInfo> Rooms { get; init; } = [];

    /// <summary>The people of the direct rooms among them, by name, as far as they have profiles.</summary>
    internal IReadOnlyDictionary<string, PersonView> People { get; init; } = new Dictionary<string, PersonView>();

    /// <summary><c>light</c>, <c>dark</c>, or null for what the system says.</summary>
    internal string? Theme { get; init; }

    /// <summary>What the page before wants said here, once.</summary>
    internal Flash? Flash { get; init; }

    /// <summary>True when the caller owns the server.</summary>
    internal bool IsOwner => Caller is { ServerRole: RoomRole.Owner };

    /// <summary>
    /// What a room is called for the caller: its name, or the display names of the other people of a direct one;
    /// <c>scripts/direct.js</c> says the same.
    /// </summary>
    internal string TitleOf(RoomInfo room) => TitleOf(room, People);

    /// <inheritdoc cref="TitleOf(RoomInfo)"/>
    /// <param name="room">The room.</param>
    /// <param name="people">Has those of the room, as far as they have profiles.</param>
    internal string TitleOf(RoomInfo room, IReadOnlyDictionary<string, PersonView> people) => room.People is null
        ? room.Name
        : string.Join(", ", OthersIn(room).Select(
            name => name == Me.Name ? Me.Title : people.TryGetValue(name, out var person) ? person.Title : name));

    /// <summary>The account names beside that title: <c>@bob, @carol</c>; null for a room with a name.</summary>
    internal string? NamesOf(RoomInfo room) => room.People is null
        ? null
        : string.Join(", ", OthersIn(room).Select(static name => $"@{name}"));

    /// <summary>Oneself for notes to oneself.</summary>
    private IEnumerable<string> OthersIn(RoomInfo room) =>
        (room.People ?? []).Where(name => name != Me.Name).DefaultIfEmpty(Me.Name);

    /// <summary>The address of a room's page.</summary>
    internal static string PathOf(RoomInfo room) => PathOf(room.Name);

    /// <inheritdoc cref="PathOf(RoomInfo)"/>
    internal static string PathOf(string room) => $"/chat/rooms/{Uri.EscapeDataString(room)}";
}
