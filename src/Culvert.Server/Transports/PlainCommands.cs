using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>The slash commands of the plain face. Every command gets an answer.</summary>
internal sealed class PlainCommands(RoomDirectory rooms, Moderation moderation)
{
    private const string Help =
        """
        - /help - show these lines
        - /who - who is here
        - /topic TEXT - set the topic
        - /kick NAME [WHY] - end the user's connections to this room (also /kill)
        - /mute NAME [WHY], /unmute NAME - let the user read only
        - /ban NAME [WHY], /unban NAME - keep the user out
        - /clear - remove all messages of this room
        - //TEXT - send a message that begins with a slash
        """;

    /// <summary>Runs one command and returns what its sender is told; null for nothing.</summary>
    public async ValueTask<string?> RunAsync(Caller caller, string room, string text)
    {
        var end = text.IndexOf(' ', StringComparison.Ordinal);
        var name = end < 0 ? text : text[..end];
        var rest = end < 0 ? "" : text[end..].Trim();
        switch (name)
        {
            case "/help":
                return Help;
            case "/who":
                return await WhoAsync(caller, room);
            case "/clear" when rest.Length == 0:
                return await DoAsync(caller, room, Acts.Clear());
            case "/topic" when rest.Length is > 0 and <= 500:
                return await DoAsync(caller, room, Acts.Topic(rest));
            case "/kick" or "/kill" or "/mute" or "/unmute" or "/ban" or "/unban" when rest.Length > 0:
                return await ModerateAsync(caller, room, name, rest);
            case "/clear":
                return "Usage: /clear";
            case "/topic":
                return "Usage: /topic TEXT, at most 500 characters";
            case "/kick" or "/kill" or "/mute" or "/unmute" or "/ban" or "/unban":
                return $"Usage: {name} NAME [WHY]";
            default:
                return $"There is no command {name}. /help shows them all; //{text[1..]} sends it as a message.";
        }
    }

    private async ValueTask<string> WhoAsync(Caller caller, string room)
    {
        var entry = await rooms.EnterAsync(caller, room, Capability.Read, CancellationToken.None);
        if (entry.Room is not { } entered)
        {
            // Either there is a room or a reason why not.
            return Tell(entry.Refusal!);
        }

        // Who has just come is not announced yet, but sees that the own name is missing.
        var names = entered.Members().Names.Append(caller.Name).Distinct().Order(StringComparer.Ordinal);
        return "Here now: " + string.Join(", ", names);
    }

    private async ValueTask<string?> ModerateAsync(Caller caller, string room, string command, string arguments)
    {
        var end = arguments.IndexOf(' ', StringComparison.Ordinal);
        var target = (end < 0 ? arguments : arguments[..end]).TrimStart('@');
        var why = end < 0 ? null : arguments[end..].Trim();
        var entry = await rooms.EnterAsync(caller, room, Capability.Moderate, CancellationToken.None);
        if (entry.Room is not { } entered)
        {
            return Tell(entry.Refusal!);
        }

        var (act, refusal) = await moderation.ActAsync(
            entered, caller, command[1..], target, why, until: null, CancellationToken.None);
        return act is null ? Tell(refusal!) : await DoAsync(caller, room, act);
    }

    private async ValueTask<string?> DoAsync(Caller caller, string room, Act act)
    {
        var entry = await rooms.EnterAsync(caller, room, Capability.Moderate, CancellationToken.None);
        if (entry.Room is not { } entered)
        {
            return Tell(entry.Refusal!);
        }

        // Everybody in the room is shown what happened, the sender too.
        var (_, refusal) = await rooms.DoAsync(entered, caller, act);
        return refusal is null ? null : Tell(refusal);
    }

    private static string Tell(Refusal refusal) => refusal.Why ?? refusal.Code.Why;
}
