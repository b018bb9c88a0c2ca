using System.Text.Json;
using Culvert.Client;
using Culvert.IntegrationTests.Bots;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

/// <summary>The sample RoomBot: it answers each message once, whatever dies.</summary>
public sealed class RoomBotTests
{
    // A coming-back waits up to 30 s by its back-off, and a slow machine starts a server in a few.
    private const double Limit = 180;

    private static readonly int Count = Programs.IsFullRun ? 10_000 : 1_000;
    private static readonly int Kills = Programs.IsFullRun ? 10 : 3;

    private readonly int _port = FreePort.Find();

    private Uri Address => new($"http://127.0.0.1:{_port}/");

    [Fact]
    public async Task However_often_the_server_is_killed_each_message_has_one_answer()
    {
        using var directory = new TestDirectory();
        var server = await StartServerAsync(directory);
        var token = await BotTokenAsync(server.Owner);
        using var client = ClientOf(server);
        using var questions = new Questions(client, Count);
        await using var bot = await BotProcess.StartAsync(Address, token);
        var hearing = questions.HearAsync(bot);
        var asking = questions.AskAllAsync();

        for (var kill = 1; kill <= Kills; kill++)
        {
            await ReachedAsync(questions.AnsweredAsync(Count * kill / (Kills + 1)), asking, hearing);
            await using (server)
            {
                await server.KillHardAsync();
            }

            server = await StartServerAsync(directory);
        }

        await asking.Within(Limit);
        await hearing.Within(Limit);
        await using (server)
        {
            var log = await server.Owner.ReadLogAsync("lobby");
            var breaks = bot.Errors.Lines.Count(l => l.Contains("; coming back in ", StringComparison.Ordinal));
            Bounded.Print($"{Kills} kills, {Count} messages, {log.Count} events; the bot came back {breaks} times");
            MustHaveOneAnswerEach(log);
            Assert.True(breaks >= Kills);
            Assert.Equal(Count, bot.Output.Lines.Count(l => l.StartsWith("answered ", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task However_often_the_bot_is_killed_each_message_has_one_answer()
    {
        using var directory = new TestDirectory();
        await using var server = await StartServerAsync(directory);
        var token = await BotTokenAsync(server.Owner);
        using var client = ClientOf(server);
        using var questions = new Questions(client, Count);
        string[] state = ["--state", directory.File("bot.cursor")];
        var bot = await BotProcess.StartAsync(Address, token, state);
        var hearing = questions.HearAsync(bot);
        var asking = questions.AskAllAsync();

        for (var kill = 1; kill <= Kills; kill++)
        {
            await ReachedAsync(questions.AnsweredAsync(Count * kill / (Kills + 1)), asking, hearing);
            await using (bot)
            {
                bot.Signal(UnixSignal.Kill);
                await bot.Exited.Within(20);
            }

            await hearing.Within(20);
            bot = BotProcess.Run([$"{Address}", "lobby", "--token", token, .. state]);
            hearing = questions.HearAsync(bot);
        }

        await using (bot)
        {
            await asking.Within(Limit);
            await hearing.Within(Limit);
            MustHaveOneAnswerEach(await server.Owner.ReadLogAsync("lobby"));
        }
    }

    [Fact]
    public async Task Two_bots_answer_people_and_not_each_other()
    {
        using var directory = new TestDirectory();
        await using var server = await StartServerAsync(directory);
        await using var one = await BotProcess.StartAsync(Address, await BotTokenAsync(server.Owner, "one"));
        await using var two = await BotProcess.StartAsync(Address, await BotTokenAsync(server.Owner, "two"));

        // The second one comes after the answers to the first, so whoever answers it has passed over those.
        foreach (var data in (string[])["""{"text":"hi"}""", "[1]"])
        {
            var (_, asked) = await server.Owner.PublishAsync("lobby", data);
            await one.Output.FirstAsync(l => l == $"answered {asked.GetProperty("seq")}").Within(30);
            await two.Output.FirstAsync(l => l == $"answered {asked.GetProperty("seq")}").Within(30);
        }

        var messages = (await server.Owner.ReadLogAsync("lobby")).ConvertAll(EventLine.Parse);
        var writers = messages.Select(m => m.GetProperty("from").GetString()!).CountBy(from => from).ToDictionary();
        Assert.Equal(["one: 2", "owner: 2", "two: 2"], writers.Select(w => $"{w.Key}: {w.Value}").Order());
    }

    [Theory]
    [InlineData(2, "RoomBot URL ROOM --token TOKEN", "http://127.0.0.1:9", "lobby")]
    [InlineData(2, "RoomBot URL ROOM --token TOKEN", "ftp://127.0.0.1:9", "lobby", "--token", "t")]
    [InlineData(2, "/proc/version holds no cursor", "http://h", "lobby", "--token", "t", "--state", "/proc/version")]
    public async Task Wrong_usage_is_said_plainly(int code, string message, params string[] arguments)
    {
        await using var bot = BotProcess.Run(arguments);

        await bot.MustExitAsync(code, TimeSpan.FromSeconds(30));

        Assert.StartsWith(message, Assert.Single(bot.Errors.Lines));
    }

    [Fact]
    public async Task A_bot_that_may_not_enter_says_so_and_ends()
    {
        using var directory = new TestDirectory();
        await using var server = await StartServerAsync(directory);
        await using var bot = BotProcess.Run($"{Address}", "lobby", "--token", "wrong");

        await bot.MustExitAsync(1, TimeSpan.FromSeconds(30));

        Assert.Contains("(unauthorized, status 401)", Assert.Single(bot.Errors.Lines));
    }

    /// <summary>Starts on the port of this test, without a rate that a bot under test would have to keep.</summary>
    private async Task<CulvertProcess> StartServerAsync(TestDirectory directory)
    {
        var settings = directory.File("culvert.json");
        await File.WriteAllTextAsync(
            settings, """{"rooms":{"publishPerSecond":1000000,"publishBurst":1000000}}""", Bounded.Cancelled);
        return await CulvertProcess.StartOnAsync(
            directory.File("data"), "--listen", $"http://127.0.0.1:{_port}", "--config", settings);
    }

    private CulvertClient ClientOf(CulvertProcess server) =>
        new(Address, new CulvertClientOptions { Token = server.Token });

    /// <summary>A user of the bot's own, and a token that can only read and write in the lobby.</summary>
    private static async Task<string> BotTokenAsync(Api owner, string name = "bot")
    {
        await owner.MustAsync(
            HttpMethod.Post, "/v1/users", $$"""{"name":"{{name}}","password":"correct horse battery"}""");
        var token = await owner.MustAsync(
            HttpMethod.Post,
            "/v1/tokens",
            $$"""{"name":"RoomBot","user":"{{name}}","rooms":["lobby"],"scopes":["read","write"]}""");
        return token.GetProperty("token").GetString()!;
    }

    /// <summary>Waits for a moment of the run, and fails with whoever fails before.</summary>
    private static async Task ReachedAsync(Task moment, Task asking, Task hearing)
    {
        var first = await Task.WhenAny(moment, asking, hearing).Within(Limit);
        await first;
        Assert.False(first == hearing && !moment.IsCompleted, "the bot has ended");
        await moment.Within(Limit);
    }

    private static void MustHaveOneAnswerEach(List<string> log)
    {
        var messages = log.ConvertAll(EventLine.Parse);
        Assert.All(messages, (m, i) => Assert.Equal(i + 1, m.GetProperty("offset").GetInt64()));
        var asked = messages.Where(m => !IsFromBot(m)).ToDictionary(m => m.GetProperty("seq").GetInt64());
        Assert.Equal(
            Enumerable.Range(0, Count).Select(Questions.KeyOf).Order(),
            asked.Values.Select(m => m.GetProperty("key").GetString()!).Order());
        var answers = messages.Where(IsFromBot).ToList();
        Assert.Equal(
            asked.Keys.Select(seq => $"answer-{seq}").Order(),
            answers.Select(m => m.GetProperty("key").GetString()!).Order());
        Assert.All(answers, MustFit);
    }

    private static bool IsFromBot(JsonElement message) => message.GetProperty("from").GetString() == "bot";

    private static void MustFit(JsonElement answer)
    {
        var seq = answer.GetProperty("key").GetString()!["answer-".Length..];
        var text = answer.GetProperty("data").GetProperty("text").GetString();
        Assert.StartsWith($"Hello owner, yours is message {seq} at ", text);
    }
}
