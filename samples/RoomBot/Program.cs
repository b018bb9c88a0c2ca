using Culvert.Client;
using Culvert.Protocol.Rooms;

if (args is not [var url, var room, "--token", var token, .. [] or ["--state", _]]
    || !Uri.TryCreate(url, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
{
    await Console.Error.WriteLineAsync("RoomBot URL ROOM --token TOKEN [--state FILE]");
    return args is ["--help"] ? 0 : 2;
}

// The state is a cursor: whatever stands up to there is dealt with. Without it the bot begins with the next message.
var state = args.Length == 6 ? args[5] : null;
if (!Since.TryParse(File.Exists(state) ? await File.ReadAllTextAsync(state) : "now", out var since))
{
    await Console.Error.WriteLineAsync($"{state} holds no cursor");
    return 2;
}

using var client = new CulvertClient(server, new CulvertClientOptions { Token = token, RetryFor = TimeSpan.MaxValue });
var events = client.Follow(room, since, new FollowOptions
{
    WaitForServer = true,
    OnBreak = stop => Console.Error.WriteLine($"{stop.Why}; coming back in {stop.Delay.TotalSeconds:0.0} s"),
});
try
{
    await foreach (var e in events)
    {
        if (e is { Ev: "msg", Erased: false } && e.Key?.StartsWith("answer-", StringComparison.Ordinal) != true)
        {
            // The key is made of the message's number, and the words of what no edit changes: however often this is
            // sent, by this run or by the next, the log has it once.
            var at = DateTimeOffset.FromUnixTimeMilliseconds(e.At);
            var answer = $"Hello {e.From}, yours is message {e.Seq} at {at:u}";
            await client.PublishAsync(room, answer, key: $"answer-{e.Seq}");
            Console.WriteLine($"answered {e.Seq}");
        }
        else if (e.Ev is "ready" or "gap")
        {
            Console.WriteLine(e.Ev == "ready" ? "ready" : $"gap: the events before {e.Floor} are gone ({e.Why})");
        }

        if (state is not null && events.Cursor is { } cursor)
        {
            // Replaced in one step, so that a crash leaves the old cursor or the new one.
            await File.WriteAllTextAsync($"{state}.new", cursor);
            File.Move($"{state}.new", state, overwrite: true);
        }
    }

    await Console.Error.WriteLineAsync($"the server said goodbye: {events.End?.Why}");
}
catch (CulvertException e)
{
    await Console.Error.WriteLineAsync(e.Message);
}

return 1;
