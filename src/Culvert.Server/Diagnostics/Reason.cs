namespace Culvert.Server.Diagnostics;

/// <summary>
/// One thing that a server has to say to a person: in English, and with a name by which a page says it in another
/// language. Immutable.
/// </summary>
/// <param name="Key">The name: docs/protocol.md calls it <c>reason</c>. It does not change.</param>
/// <param name="Text">A sentence; words in braces stand for values.</param>
internal sealed record Reason(string Key, string Text)
{
    private static readonly List<Reason> Entries = [];

    public static readonly Reason UnknownCommand = Add(
        "unknown_command",
        "There is no command {command}. /help shows them all; a second slash in front, /{command}, sends it as a "
        + "message.");

    public static readonly Reason ForModerators = Add(
        "for_moderators", "{command} is for moderators of the room.");

    public static readonly Reason Usage = Add("usage", "Usage: {usage}");

    /// <summary>The lines are a value; the names of the commands are another, <c>commands</c>.</summary>
    public static readonly Reason Help = Add("help", "{lines}");

    public static readonly Reason HereNow = Add("here_now", "Here now: {names}");

    public static readonly Reason NowReadOnly = Add("now_read_only", "Only moderators may write here now.");

    public static readonly Reason NowOpen = Add("now_open", "Everybody may write here again.");

    public static readonly Reason NoUser = Add("no_user", "There is no user {name}.");

    public static readonly Reason AlreadyMember = Add("already_member", "{name} is a member already.");

    public static readonly Reason NotMember = Add("not_member", "{name} is no member of this room.");

    public static readonly Reason TopicTooLong = Add("topic_too_long", "A topic has at most {n} characters.");

    public static readonly Reason WhyTooLong = Add("why_too_long", "why has at most {n} characters.");

    public static readonly Reason NotYourself = Add("not_yourself", "Nobody moderates themselves.");

    public static readonly Reason Outranked = Add("outranked", "{name} is a moderator or owner too.");

    public static readonly Reason BannedHere = Add("banned_here", "{name} is banned from this room; unban first.");

    public static readonly Reason ModeratorsBring = Add(
        "moderators_bring", "Only moderators bring others into a room.");

    public static readonly Reason ModeratorsRemove = Add("moderators_remove", "Only moderators remove others.");

    public static readonly Reason OwnersGiveRoles = Add("owners_give_roles", "Only owners of the room give roles.");

    public static readonly Reason OwnersChangeKind = Add(
        "owners_change_kind", "Only owners of the room may change its kind.");

    public static readonly Reason OwnersDelete = Add("owners_delete", "Only owners of the room may delete it.");

    public static readonly Reason LastOwner = Add(
        "last_owner", "The last owner of a room stays; make somebody else an owner first.");

    public static readonly Reason AuthorsOnly = Add(
        "authors_only", "Only its author or a moderator may change a message.");

    public static readonly Reason SameText = Add("same_text", "You have just sent the same text.");

    public static readonly Reason RoomsOfDay = Add(
        "rooms_of_day", "You have created as many rooms as a day allows.");

    public static readonly Reason DirectsOfDay = Add(
        "directs_of_day", "You have begun as many conversations as a day allows.");

    public static readonly Reason DirectName = Add("direct_name", "Names of this form belong to direct rooms.");

    public static readonly Reason DirectStays = Add(
        "direct_stays", "The people of a direct room stay; nobody has to read it.");

    public static readonly Reason DirectTooMany = Add(
        "direct_too_many", "A direct room has at most {n} people; make a private room for more.");

    public static readonly Reason MessageTooLong = Add("message_too_long", "A message may have {bytes} bytes.");

    public static readonly Reason UploadsBusy = Add(
        "uploads_busy", "Too many files arrive at once; try again in a moment.");

    public static readonly Reason FilesOfDay = Add(
        "files_of_day", "You have sent as many files as a day allows: {bytes} bytes.");

    public static readonly Reason FilesFull = Add(
        "files_full", "The server has no room for more files; tell its owner.");

    public static readonly Reason FileTooLarge = Add("file_too_large", "A file may have {bytes} bytes.");

    public static readonly Reason FileEmpty = Add("file_empty", "The file is empty.");

    public static readonly Reason FileSlow = Add("file_slow", "The file took longer than {time} to arrive.");

    public static readonly Reason SearchTooLong = Add("search_too_long", "q has at most {n} characters.");

    public static readonly Reason SearchTooMany = Add("search_too_many", "q has at most {n} words.");

    public static readonly Reason SearchHas = Add("search_has", "has: is file, image or link.");

    public static readonly Reason SearchDay = Add("search_day", "{name}: is a day such as 2026-11-22.");

    public static readonly Reason SearchEmpty = Add("search_empty", "q has no word to look for.");

    public static readonly Reason SearchBusy = Add(
        "search_busy", "Too many searches run; try again in a moment.");

    /// <summary>Every entry. The list does not change.</summary>
    public static IReadOnlyList<Reason> All => Entries;

    /// <summary>The sentence about one case.</summary>
    /// <param name="values">What stands for the words in braces.</param>
    public Said With(params (string Name, string Value)[] values) => new(this, values);

    /// <inheritdoc cref="With(ValueTuple{string, string}[])"/>
    public Said With(string name, string value) => new(this, [(name, value)]);

    private static Reason Add(string key, string text)
    {
        var entry = new Reason(key, text);
        Entries.Add(entry);
        return entry;
    }
}
