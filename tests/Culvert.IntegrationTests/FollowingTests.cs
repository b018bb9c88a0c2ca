using System.Diagnostics;
using Culvert.IntegrationTests.Browsers;
using Culvert.IntegrationTests.Following;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

public sealed class FollowingTests
{
    private const string Password = "correct horse battery";

    [Fact]
    public async Task Five_followers_of_every_kind_see_every_line_of_a_long_text_in_order()
    {
        var lines = SourceLines.Take(Programs.IsFullRun ? 100_000 : 20_000).ToList();
        await using var server = await CulvertProcess.StartAsync();
        await server.Owner.MustAsync(
            HttpMethod.Post, "/v1/users", $$"""{"name":"reader","password":"{{Password}}"}""");
        List<IRoomFollower> followers = await StartAllAsync(server);
        try
        {
            // When all have shown the first line, all are there before the others are published.
            await server.Owner.PublishTextsAsync("lobby", ["first"]);
            await Task.WhenAll(followers.Select(f => f.ReachedAsync(1, 60)));

            var started = Stopwatch.GetTimestamp();
            await PublishAsync(server, lines);
            var published = Stopwatch.GetElapsedTime(started);
            await Task.WhenAll(followers.Select(f => f.ReachedAsync(lines.Count, 300)));
            var received = Stopwatch.GetElapsedTime(started);

            Bounded.Print(
                $"{lines.Count:N0} lines: published in {published.TotalSeconds:0.0} s, " +
                $"at all five after {received.TotalSeconds:0.0} s");
            List<string> expected = ["first", .. lines];
            foreach (var follower in followers)
            {
                await MustHaveAsync(follower, expected);
            }
        }
        finally
        {
            foreach (var follower in followers)
            {
                await follower.DisposeAsync();
            }
        }
    }

    private static async Task<List<IRoomFollower>> StartAllAsync(CulvertProcess server)
    {
        var url = new Uri(server.Address, "/v1/rooms/lobby/events?since=start").ToString();
        string[] curl = ["-sSN", "-H", $"Authorization: Bearer {server.Token}", url];
        var plain = server.WebSocketAddress("/ws/lobby?since=start").ToString();
        return
        [
            new ProgramFollower(
                "culvert tail", server.Command("tail", "lobby", "--since", "start"), TextOfLine),
            new ProgramFollower("curl, NDJSON", ChildProcess.Start("curl", curl), TextOfLine),
            new ProgramFollower(
                "curl, SSE", ChildProcess.Start("curl", [.. curl, "-H", "Accept: text/event-stream"]), TextOfField),
            new ProgramFollower(
                "Python websockets",
                ChildProcess.Start(Programs.Python, [Programs.Peer("follow_plain.py"), plain, server.Token]),
                TextOfPlain),
            await BrowserFollower.StartAsync(server.Address, "reader", Password),
        ];
    }

    private static async Task PublishAsync(CulvertProcess server, List<string> lines)
    {
        await using var publish = server.Command("publish", "lobby", "-");
        foreach (var line in lines)
        {
            await publish.Input.WriteAsync(line + "\n");
        }

        publish.Input.Close();
        await publish.MustExitAsync(0, TimeSpan.FromSeconds(300));
    }

    private static async Task MustHaveAsync(IRoomFollower follower, List<string> expected)
    {
        var texts = await follower.TextsAsync();
        var wrong = texts.Zip(expected).Index().FirstOrDefault(p => p.Item.First != p.Item.Second);
        Assert.True(
            texts.SequenceEqual(expected),
            $"{follower.Name} has {texts.Count} of {expected.Count} texts; the first that differs is " +
            $"{wrong.Index}: '{wrong.Item.First}' in place of '{wrong.Item.Second}'");
        Bounded.Print($"{follower.Name}: {texts.Count:N0} texts, all the same, in the same order");
    }

    private static string? TextOfLine(string line) => EventLine.Is(line, "msg") ? EventLine.TextOf(line) : null;

    private static string? TextOfField(string line) =>
        line.StartsWith("data: ", StringComparison.Ordinal) ? TextOfLine(line["data: ".Length..]) : null;

    private static string? TextOfPlain(string line) => EventLine.Parse(line).GetProperty("text").GetString();
}
