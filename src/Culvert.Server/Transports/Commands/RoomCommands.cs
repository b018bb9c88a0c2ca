using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;

namespace Culvert.Server.Transports.Commands;

/// <summary>
/// The slash commands of rooms, for the plain face and for clients that ask. Every command is answered.
/// </summary>
internal sealed class RoomCommands
{
    private const int MaxTopic = 500;

    /// <summary>Stands for everybody but moderators in place of a name; no user can have it.</summary>
    private const string Everybody = "all";

    private readonly RoomDirectory _rooms;
    private readonly Moderation _moderation;
    private readonly MemberActs _members;
    private readonly IUserDirectory _users;
    private readonly TimeProvider _time;
    private readonly RoomCommand[] _table;

    public RoomCommands(
        RoomDirectory rooms, Moderation moderation, MemberActs members, IUserDirectory users, TimeProvider time)
    {
        _rooms = rooms;
        _moderation = moderation;
        _members = members;
        _users = users;
        _time = time;
        _table =
        [
            new("/help", "/help", "show these lines", Capability.Read, HelpAsync),
            new("/who", "/who", "show who is here", Capability.Read, WhoAsync),
            new("/topic", "/topic TEXT", "set the topic", Capability.Moderate, SetTopicAsync),
            new("/invite", "/invite NAME", "bring the user into this room", Capability.Moderate, InviteAsync),
            new(
                "/kick", "/kick NAME [WHY]", "end the user's connections to this room (also /kill)",
                Capability.Moderate, KickAsync),
            new(
                "/mute", "/mute NAME [TIME] [WHY]",
                "let the user read only, for 10m, 2h, 3d or until unmuted; /mute all does so for all but moderators",
                Capability.Moderate, MuteAsync),
            new("/unmute", "/unmute NAME", "let the user, or all, write again", Capability.Moderate, UnmuteAsync),
            new(
                "/ban", "/ban NAME [TIME] [WHY]", "keep the user out, for 10m, 2h, 3d or until unbanned",
                Capability.Moderate, BanAsync),
            new("/unban", "/unban NAME", "let the user come back", Capability.Moderate, UnbanAsync),
            new("/clear", "/clear", "remove all messages of this room", Capability.Moderate, ClearAsync),
        ];
    }

    /// <summary>Those that somebody with this capability may use, in the order of help.</summary>
    public IEnumerable<RoomCommand> For(Capability capability) => _table.Where(entry => entry.Needed <= capability);

    /// <summary>Runs one command.</summary>
    /// <param name="entered">Who sends it and where.</param>
    /// <param name="text">As typed, with the slash.</param>
    /// <param name="cancellationToken">Gives up looking for users.</param>
    public async ValueTask<CommandAnswer> RunAsync(Entered entered, string text, CancellationToken cancellationToken)
    {
        var (typed, rest) = new CommandLine(text.Trim()).Split();
        var name = typed.ToLowerInvariant();
        name = name == "/kill" ? "/kick" : name;
        if (Array.Find(_table, entry => entry.Name == name) is not { } command)
        {
            var shown = typed.Length > 32 ? typed[..32] + "…" : typed;
            return Bad(Reason.UnknownCommand.With("command", shown));
        }

        if (command.Needed > entered.Capability)
        {
            return CommandAnswer.Refused(
                new Refusal(ErrorCode.Forbidden, Reason.ForModerators.With("command", command.Name)));
        }

        return await command.RunAsync(entered, rest, cancellationToken)
            ?? Bad(Reason.Usage.With(("usage", command.Usage), ("command", command.Name)));
    }

    private static CommandAnswer Bad(Said why) => CommandAnswer.Refused(new Refusal(ErrorCode.BadCommand, why));

    private static ValueTask<CommandAnswer?> Told(Said notice) =>
        ValueTask.FromResult<CommandAnswer?>(CommandAnswer.Told(notice));

    private ValueTask<CommandAnswer?> HelpAsync(Entered entered, CommandLine words, CancellationToken cancellationToken)
    {
        var mine = For(entered.Capability).ToArray();
        var lines = mine.Select(entry => $"- {entry.Usage} - {entry.What}")
            .Append("- //TEXT - send a message that begins with a slash");
        return Told(Reason.Help.With(
            ("lines", string.Join('\n', lines)), ("commands", string.Join(' ', mine.Select(entry => entry.Name)))));
    }

    private ValueTask<CommandAnswer?> WhoAsync(Entered entered, CommandLine words, CancellationToken cancellationToken)
    {
        // Who has just come is not announced yet, but sees that the own name is missing.
        var names = entered.Room.Presence.Members().Names.Append(entered.Caller.Name)
            .Distinct().Order(StringComparer.Ordinal);
        return Told(Reason.HereNow.With("names", string.Join(", ", names)));
    }

    private async ValueTask<CommandAnswer?> SetTopicAsync(
        Entered entered, CommandLine words, CancellationToken cancellationToken)
    {
        if (words.Rest.Length > MaxTopic)
        {
            return Bad(Reason.TopicTooLong.With("n", $"{MaxTopic}"));
        }

        return words.IsEmpty ? null : await DoAsync(entered, Acts.Topic(words.Rest));
    }

    private async ValueTask<CommandAnswer?> InviteAsync(
        Entered entered, CommandLine words, CancellationToken cancellationToken)
    {
        var (name, more) = words.SplitName();
        if (name.Length == 0 || !more.IsEmpty)
        {
            return null;
        }

        if (await _users.FindAsync(name, cancellationToken) is not { } user)
        {
            return Bad(Reason.NoUser.With("name", name));
        }

        var (added, refusal) = await _members.AddAsync(entered, user, null, cancellationToken);
        return refusal is not null ? CommandAnswer.Refused(refusal)
            : added is { Offset: null } ? CommandAnswer.Told(Reason.AlreadyMember.With("name", user.Name))
            : CommandAnswer.Done;
    }

    private ValueTask<CommandAnswer?> KickAsync(Entered entered, CommandLine words, CancellationToken cancellationToken)
    {
        var (name, why) = words.SplitName();
        return ModerateAsync(entered, "kick", name, why, null, cancellationToken);
    }

    private ValueTask<CommandAnswer?> BanAsync(Entered entered, CommandLine words, CancellationToken cancellationToken)
    {
        var (name, rest) = words.SplitName();
        var (time, why) = rest.SplitTime();
        return ModerateAsync(entered, "ban", name, why, time, cancellationToken);
    }

    private async ValueTask<CommandAnswer?> MuteAsync(
        Entered entered, CommandLine words, CancellationToken cancellationToken)
    {
        var (name, rest) = words.SplitName();
        if (name.Equals(Everybody, StringComparison.OrdinalIgnoreCase))
        {
            return rest.IsEmpty ? await SetReadOnlyAsync(entered, true) : null;
        }

        var (time, why) = rest.SplitTime();
        return await ModerateAsync(entered, "mute", name, why, time, cancellationToken);
    }

    private async ValueTask<CommandAnswer?> UnmuteAsync(
        Entered entered, CommandLine words, CancellationToken cancellationToken)
    {
        var (name, rest) = words.SplitName();
        if (!rest.IsEmpty)
        {
            return null;
        }

        return name.Equals(Everybody, StringComparison.OrdinalIgnoreCase)
            ? await SetReadOnlyAsync(entered, false)
            : await ModerateAsync(entered, "unmute", name, rest, null, cancellationToken);
    }

    private async ValueTask<CommandAnswer?> UnbanAsync(
        Entered entered, CommandLine words, CancellationToken cancellationToken)
    {
        var (name, rest) = words.SplitName();
        return rest.IsEmpty ? await ModerateAsync(entered, "unban", name, rest, null, cancellationToken) : null;
    }

    private async ValueTask<CommandAnswer?> ClearAsync(
        Entered entered, CommandLine words, CancellationToken cancellationToken) =>
        words.IsEmpty ? await DoAsync(entered, Acts.Clear()) : null;

    private async ValueTask<CommandAnswer?> SetReadOnlyAsync(Entered entered, bool on)
    {
        var answer = await DoAsync(entered, Acts.ReadOnly(on));
        return answer.Refusal is not null
            ? answer
            : CommandAnswer.Told((on ? Reason.NowReadOnly : Reason.NowOpen).With());
    }

    private async ValueTask<CommandAnswer?> ModerateAsync(
        Entered entered,
        string verb,
        string name,
        CommandLine why,
        TimeSpan? time,
        CancellationToken cancellationToken)
    {
        if (name.Length == 0 || time == TimeSpan.Zero)
        {
            return null;
        }

        if (await _users.FindAsync(name, cancellationToken) is not { } user)
        {
            return Bad(Reason.NoUser.With("name", name));
        }

        long? until = time is { } length ? (_time.GetUtcNow() + length).ToUnixTimeMilliseconds() : null;
        var (act, refusal) = await _moderation.ActAsync(
            entered.Room, entered.Caller, verb, user, why.IsEmpty ? null : why.Rest, until, cancellationToken);
        if (act is null)
        {
            // Either there is an act or a reason why not.
            return refusal is { Code: var code, Said: { } said } && code == ErrorCode.BadField
                ? Bad(said)
                : CommandAnswer.Refused(refusal!);
        }

        return await DoAsync(entered, act);
    }

    private async ValueTask<CommandAnswer> DoAsync(Entered entered, Act act)
    {
        var (_, refusal) = await _rooms.DoAsync(entered.Room, entered.Caller, act);
        return refusal is null ? CommandAnswer.Done : CommandAnswer.Refused(refusal);
    }
}
