using System.Buffers;
using System.Text.Json;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>Makes each kind of act with the members its event line carries.</summary>
internal static class Acts
{
    /// <summary>A new message. <paramref name="data"/> is compact JSON and stays unchanged.</summary>
    public static Act Message(ReadOnlyMemory<byte> data, string? key, long? ifOffset = null) =>
        new(EventKind.Message) { Data = data, Key = key, IfOffset = ifOffset };

    public static Act Edit(long seq, ReadOnlyMemory<byte> data) =>
        new(EventKind.Edit) { TargetSeq = seq, Data = data };

    public static Act Erase(long seq, string? why) =>
        new(EventKind.Erase)
        {
            TargetSeq = seq,
            Detail = Detail(("why", why)),
            Audit = new AuditNote("erase", null, why),
        };

    public static Act React(long seq, string emoji, bool on) => new(EventKind.React)
    {
        TargetSeq = seq,
        Detail = Detail(("emoji", emoji), ("on", on)),
        Change = new RoomChange.OfReaction(emoji, on),
    };

    public static Act Join(long userId, string name, RoomRole role = RoomRole.Member) => new(EventKind.Join)
    {
        Detail = role == RoomRole.Member
            ? Detail(("user", name))
            : Detail(("user", name), ("role", RoleNames.Of(role))),
        Change = new RoomChange.OfMember(userId, Joined: true, Role: role),
    };

    public static Act Leave(long userId, string name) => new(EventKind.Leave)
    {
        Detail = Detail(("user", name)),
        Change = new RoomChange.OfMember(userId, Joined: false, Role: RoomRole.Member),
    };

    /// <summary>Ends the user's connections to the room; who may enter it otherwise may come back.</summary>
    public static Act Kick(long userId, string name, string? why) => new(EventKind.Kick)
    {
        SubjectId = userId,
        Detail = Detail(("user", name), ("why", why)),
        Audit = new AuditNote("kick", name, why),
    };

    /// <param name="userId">Who.</param>
    /// <param name="name">The user's name.</param>
    /// <param name="why">Shown to everybody; null for nothing.</param>
    /// <param name="until">UTC Unix milliseconds; null for without end.</param>
    public static Act Ban(long userId, string name, string? why, long? until) => new(EventKind.Ban)
    {
        Detail = Detail(("user", name), ("why", why), ("until", until)),
        Change = new RoomChange.OfMember(userId, BannedUntil: until ?? long.MaxValue),
        Audit = new AuditNote("ban", name, why),
    };

    public static Act Unban(long userId, string name) => new(EventKind.Unban)
    {
        Detail = Detail(("user", name)),
        Change = new RoomChange.OfMember(userId, BannedUntil: 0),
        Audit = new AuditNote("unban", name),
    };

    /// <inheritdoc cref="Ban"/>
    public static Act Mute(long userId, string name, string? why, long? until) => new(EventKind.Mute)
    {
        Detail = Detail(("user", name), ("why", why), ("until", until)),
        Change = new RoomChange.OfMember(userId, MutedUntil: until ?? long.MaxValue),
        Audit = new AuditNote("mute", name, why),
    };

    public static Act Unmute(long userId, string name) => new(EventKind.Unmute)
    {
        Detail = Detail(("user", name)),
        Change = new RoomChange.OfMember(userId, MutedUntil: 0),
        Audit = new AuditNote("unmute", name),
    };

    public static Act Topic(string topic) => new(EventKind.Topic)
    {
        Detail = Detail(("topic", topic)),
        Change = new RoomChange.OfSettings(Topic: topic),
        Audit = new AuditNote("topic"),
    };

    public static Act Clear(string? why = null) => new(EventKind.Clear)
    {
        Detail = Detail(("why", why)),
        Change = new RoomChange.OfClear(),
        Audit = new AuditNote("clear", null, why),
    };

    public static Act Settings(RoomKind? kind, long? retainMilliseconds, long? retainEvents) => new(EventKind.Settings)
    {
        Detail = Detail(
            ("kind", kind is { } named ? RoleNames.Of(named) : null),
            ("retainMs", retainMilliseconds),
            ("retainEvents", retainEvents)),
        Change = new RoomChange.OfSettings(kind, null, retainMilliseconds, retainEvents),
        Audit = new AuditNote("settings"),
    };

    /// <summary>Only moderators may publish, or everybody again.</summary>
    public static Act ReadOnly(bool on) => new(EventKind.Settings)
    {
        Detail = Detail(("readOnly", on)),
        Change = new RoomChange.OfSettings(ReadOnly: on),
        Audit = new AuditNote("settings"),
    };

    /// <summary>Nobody may publish any more since <paramref name="at"/>; null opens the room again.</summary>
    public static Act Archive(long? at) => new(EventKind.Settings)
    {
        Detail = Detail(("archived", at is not null)),
        Change = new RoomChange.OfSettings(ArchivedAt: at ?? 0),
        Audit = new AuditNote(at is null ? "unarchive" : "archive"),
    };

    /// <summary>The room is gone for everybody since <paramref name="at"/>; null brings it back.</summary>
    public static Act Delete(long? at) => new(EventKind.Settings)
    {
        Detail = Detail(("deleted", at is not null)),
        Change = new RoomChange.OfSettings(DeletedAt: at ?? 0),
        Audit = new AuditNote(at is null ? "restore" : "delete"),
    };

    /// <summary>JSON members without braces; members without a value are left out.</summary>
    private static ReadOnlyMemory<byte> Detail(params ReadOnlySpan<(string Name, object? Value)> members)
    {
        var output = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(output, LooseJson.WriterOptions))
        {
            json.WriteStartObject();
            foreach (var (name, value) in members)
            {
                switch (value)
                {
                    case string text:
                        json.WriteString(name, text);
                        break;
                    case bool flag:
                        json.WriteBoolean(name, flag);
                        break;
                    case long number:
                        json.WriteNumber(name, number);
                        break;
                    default:
                        break;
                }
            }

            json.WriteEndObject();
        }

        return output.WrittenMemory[1..^1].ToArray();
    }
}
