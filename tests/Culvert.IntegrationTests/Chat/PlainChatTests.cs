using System.Globalization;
using System.Text.Json;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests.Chat;

/// <summary>The chat over <c>/ws/{room}</c>, for programs without a library: rows of docs/chat-tests.md.</summary>
public sealed class PlainChatTests
{
    [Fact]
    public async Task S3_B31_A_message_goes_to_everybody_and_to_its_sender()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var alice = await server.Owner.NewUserAsync("alice");
        using var bob = await server.Owner.NewUserAsync("bob");
        using var one = await OpenAsync(server, alice);
        using var other = await OpenAsync(server, bob);

        await one.SendTextAsync("  hello <b> $& \n ");

        foreach (var peer in (RawWebSocket[])[one, other])
        {
            var line = Parse(await peer.FirstLineAsync(IsSaid));
            Assert.Equal("hello <b> $&", line.GetProperty("text").GetString());
            Assert.Equal("alice", line.GetProperty("user").GetString());
            var at = line.GetProperty("created_at").GetString()!;
            Assert.EndsWith("Z", at, StringComparison.Ordinal);
            Assert.True(DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, out _), at);
        }
    }

    [Fact]
    public async Task S3_D16_The_word_close_is_a_message_and_an_empty_one_is_not()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var alice = await server.Owner.NewUserAsync("alice");
        using var peer = await OpenAsync(server, alice);

        await peer.SendTextAsync("   ");
        await peer.SendTextAsync("close");

        var answer = Parse(await peer.FirstLineAsync(IsNotice));
        var said = Parse(await peer.FirstLineAsync(IsSaid));
        Assert.Equal("An empty message was not sent.", answer.GetProperty("text").GetString());
        Assert.Equal("close", said.GetProperty("text").GetString());
        Assert.Equal(["close"], await server.Owner.ReadLogAsync("lobby").TextsAsync());
    }

    [Fact]
    public async Task S3_B35_Help_is_answered_to_its_sender_only_and_not_kept()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var alice = await server.Owner.NewUserAsync("alice");
        using var bob = await server.Owner.NewUserAsync("bob");
        using var one = await OpenAsync(server, alice);
        using var other = await OpenAsync(server, bob);

        await one.SendTextAsync("/help");
        var help = Parse(await one.FirstLineAsync(IsNotice)).GetProperty("text").GetString()!;
        await one.SendTextAsync("after");
        var first = Parse(await other.FirstLineAsync(static _ => true));

        Assert.Contains("/help", help, StringComparison.Ordinal);
        Assert.Equal("after", first.GetProperty("text").GetString());
        Assert.Equal(["after"], await server.Owner.ReadLogAsync("lobby").TextsAsync());
    }

    [Theory]
    [InlineData("/kill bob")]
    [InlineData("/KICK   @BOB  too loud")]
    public async Task S3_B36_A_moderator_ends_the_connections_of_a_user(string command)
    {
        await using var server = await CulvertProcess.StartAsync();
        using var carol = await server.Owner.NewUserAsync("carol", "moderator");
        using var bob = await server.Owner.NewUserAsync("bob");
        using var moderator = await OpenAsync(server, carol);
        using var tab = await OpenAsync(server, bob);
        using var another = await OpenAsync(server, bob);

        await moderator.SendTextAsync(command);

        Assert.Equal(4102, (await tab.ReadToEndAsync())[^1].CloseCode);
        Assert.Equal(4102, (await another.ReadToEndAsync())[^1].CloseCode);
        var notice = Parse(await moderator.FirstLineAsync(IsNotice)).GetProperty("text").GetString()!;
        Assert.Contains("@bob", notice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/kill", "NAME [WHY]")]
    [InlineData("/kick nobody-here", "nobody-here")]
    [InlineData("/killall bob", "/killall")]
    [InlineData("/frobnicate", "/frobnicate")]
    [InlineData("/clear now", "/clear")]
    public async Task S3_D4_Every_command_is_checked_and_answered(string command, string named)
    {
        await using var server = await CulvertProcess.StartAsync();
        using var carol = await server.Owner.NewUserAsync("carol", "moderator");
        using var bob = await server.Owner.NewUserAsync("bob");
        using var moderator = await OpenAsync(server, carol);
        using var peer = await OpenAsync(server, bob);

        await moderator.SendTextAsync(command);
        var answer = Parse(await moderator.FirstLineAsync(IsNotice)).GetProperty("text").GetString()!;
        await moderator.SendTextAsync("still here");

        Assert.Contains(named, answer, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("still here", Parse(await peer.FirstLineAsync(IsSaid)).GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("/kick carol")]
    [InlineData("/clear")]
    public async Task S3_D2_A_member_is_no_administrator(string command)
    {
        await using var server = await CulvertProcess.StartAsync();
        using var carol = await server.Owner.NewUserAsync("carol", "moderator");
        using var bob = await server.Owner.NewUserAsync("bob");
        using var moderator = await OpenAsync(server, carol);
        using var member = await OpenAsync(server, bob);

        await moderator.SendTextAsync("stays");
        await member.FirstLineAsync(IsSaid);
        await member.SendTextAsync(command);
        await member.FirstLineAsync(IsNotice);
        await moderator.SendTextAsync("too");

        Assert.Equal(["stays", "too"], await TextsOfAsync(server, 2));
    }

    [Fact]
    public async Task S3_B37_Clear_empties_the_room_for_everybody()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var carol = await server.Owner.NewUserAsync("carol", "moderator");
        using var bob = await server.Owner.NewUserAsync("bob");
        using var moderator = await OpenAsync(server, carol);
        using var member = await OpenAsync(server, bob);
        await member.SendTextAsync("to be forgotten");
        await moderator.FirstLineAsync(IsSaid);

        await moderator.SendTextAsync("/clear");

        await member.FirstLineAsync(static line => line == """{"cmd":"empty"}""");
        await moderator.FirstLineAsync(static line => line == """{"cmd":"empty"}""");
        Assert.Empty(await server.Owner.ReadLogAsync("lobby").TextsAsync());
    }

    [Fact]
    public async Task S3_B39_A_binary_frame_is_refused_with_a_reason()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var alice = await server.Owner.NewUserAsync("alice");
        using var peer = await OpenAsync(server, alice);

        await peer.SendFrameAsync(RawFrame.BinaryMessage, [1, 2, 3]);

        Assert.Equal(1003, (await peer.ReadToEndAsync())[^1].CloseCode);
    }

    [Fact]
    public async Task S3_B41_A_stop_of_the_server_is_told()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var alice = await server.Owner.NewUserAsync("alice");
        using var peer = await OpenAsync(server, alice);

        var stopped = server.TerminateAsync();
        var close = (await peer.ReadToEndAsync())[^1];
        await stopped;

        Assert.Equal((1012, "restarting"), (close.CloseCode, close.CloseReason));
    }

    [Fact]
    public async Task S3_D9_A_second_tab_takes_nothing_from_the_first()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var alice = await server.Owner.NewUserAsync("alice");
        using var first = await OpenAsync(server, alice);
        var second = await OpenAsync(server, alice);

        await second.SendTextAsync("from the second");
        await first.FirstLineAsync(IsSaid);
        second.Reset();
        second.Dispose();
        await first.SendTextAsync("still here");

        Assert.Equal("still here", Parse(await first.FirstLineAsync(IsSaid)).GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("/ws/lobby", false, 401)]
    [InlineData("/ws/no-such-room", true, 404)]
    [InlineData("/ws/LOBBY", true, 101)]
    public async Task S3_B10_Who_may_not_enter_is_told_before_the_upgrade(string path, bool isSignedIn, int status)
    {
        await using var server = await CulvertProcess.StartAsync();
        using var alice = await server.Owner.NewUserAsync("alice");

        using var peer = await RawWebSocket.OpenAsync(
            server.Address, path, null, isSignedIn ? HeadersOf(server, alice) : []);

        Assert.StartsWith($"HTTP/1.1 {status} ", peer.Handshake, StringComparison.Ordinal);
    }

    private static Task<RawWebSocket> OpenAsync(CulvertProcess server, Api user) =>
        RawWebSocket.UpgradeAsync(server.Address, "/ws/lobby", null, HeadersOf(server, user));

    private static string[] HeadersOf(CulvertProcess server, Api user) =>
        [$"Cookie: {user.Cookie}", $"Origin: {server.Address.GetLeftPart(UriPartial.Authority)}"];

    private static async Task<IReadOnlyList<string>> TextsOfAsync(CulvertProcess server, int count)
    {
        await using var stream = await server.Owner.FollowAsync("/v1/rooms/lobby/events?since=start");
        List<string> texts = [];
        while (texts.Count < count)
        {
            var line = await stream.FirstAsync(static l => EventLine.Is(l, "msg"));
            texts.Add(EventLine.TextOf(line)!);
        }

        return texts;
    }

    private static JsonElement Parse(string line) => JsonDocument.Parse(line).RootElement;

    private static bool IsSaid(string line) => line.Contains("\"user\":\"", StringComparison.Ordinal);

    private static bool IsNotice(string line) => line.Contains("\"user\":null", StringComparison.Ordinal);
}
