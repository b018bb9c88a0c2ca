using System.Diagnostics;
using System.Net;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;
using Culvert.Tests.Support;

namespace Culvert.IntegrationTests;

/// <summary>What a moderator or an owner decides holds for open connections too, within a second.</summary>
public sealed class LiveAccessTests
{
    private const string Room = "/v1/rooms/lobby";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("kick", 4102)]
    [InlineData("ban", 4104)]
    public Task A_user_who_is_sent_away_loses_every_open_connection_to_the_room(string verb, int code) =>
        BestOfThree.MustTakeLessThanAsync(Limit, async () =>
        {
            await using var server = await CulvertProcess.StartAsync();
            using var bob = await server.Owner.NewUserAsync("bob");
            using var socket = await FollowAsync(server, bob);
            using var plain = await OpenAsync(server, bob, "/ws/lobby");
            await using var stream = await bob.FollowAsync($"{Room}/events");
            await stream.FirstAsync(l => EventLine.Is(l, "ready"));

            var started = Stopwatch.GetTimestamp();
            await server.Owner.MustAsync(HttpMethod.Post, $"{Room}/{verb}", """{"user":"bob","why":"noise"}""");
            var bye = await socket.FirstLineAsync(l => EventLine.Is(l, "bye"));
            var close = (await plain.ReadToEndAsync())[^1];
            var last = (await stream.ReadToEndAsync(10)).FindLast(l => l.Length > 0)!;
            var took = Stopwatch.GetElapsedTime(started);

            Assert.Equal(code, EventLine.Parse(bye).GetProperty("code").GetInt32());
            Assert.Equal("lobby", EventLine.Parse(bye).GetProperty("room").GetString());
            Assert.Equal((RawFrame.Close, code), (close.Opcode, close.CloseCode));
            Assert.Equal(code, EventLine.Parse(last).GetProperty("code").GetInt32());
            Bounded.Print($"{verb}: three connections ended after {took.TotalMilliseconds:0} ms");

            // The socket is still there, for other rooms; this one is closed to the banned only.
            await socket.SendTextAsync("""{"id":5,"op":"sub","room":"lobby"}""");
            var again = await socket.FirstLineAsync(l => l.StartsWith("{\"re\":5,", StringComparison.Ordinal));
            Assert.Equal(verb == "kick", again.Contains("\"ok\"", StringComparison.Ordinal));
            return took;
        });

    [Fact]
    public async Task A_user_who_is_muted_goes_on_reading_and_cannot_publish_any_more()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var bob = await server.Owner.NewUserAsync("bob");
        using var socket = await FollowAsync(server, bob);

        await server.Owner.MustAsync(HttpMethod.Post, $"{Room}/mute", """{"user":"bob"}""");
        await socket.SendTextAsync("""{"id":5,"op":"pub","room":"lobby","data":1}""");
        var refused = await socket.FirstLineAsync(l => l.StartsWith("{\"re\":5,", StringComparison.Ordinal));
        await server.Owner.PublishTextsAsync("lobby", ["for all"]);
        await socket.FirstLineAsync(l => EventLine.Is(l, "msg") && EventLine.TextOf(l) == "for all");
        await server.Owner.MustAsync(HttpMethod.Post, $"{Room}/unmute", """{"user":"bob"}""");
        await socket.SendTextAsync("""{"id":6,"op":"pub","room":"lobby","data":1}""");
        var accepted = await socket.FirstLineAsync(l => l.StartsWith("{\"re\":6,", StringComparison.Ordinal));

        Assert.Contains("\"code\":\"muted\"", refused, StringComparison.Ordinal);
        Assert.Contains("\"ok\"", accepted, StringComparison.Ordinal);
    }

    [Fact]
    public Task Signing_out_ends_the_connections_of_the_session_and_no_other() =>
        BestOfThree.MustTakeLessThanAsync(Limit, async () =>
        {
            await using var server = await CulvertProcess.StartAsync();
            using var phone = await server.Owner.NewUserAsync("bob");
            using var another = new Api(server.Address);
            using var laptop = new Api(
                server.Address, cookie: await another.SignInAsync("bob", "correct horse battery"));
            using var ended = await FollowAsync(server, phone);
            using var other = await FollowAsync(server, laptop);
            await using var stream = await phone.FollowAsync($"{Room}/events");
            await stream.FirstAsync(l => EventLine.Is(l, "ready"));

            var started = Stopwatch.GetTimestamp();
            Assert.Equal(HttpStatusCode.NoContent, (await phone.CallAsync(HttpMethod.Delete, "/v1/session")).Status);
            var frames = await ended.ReadToEndAsync();
            var last = (await stream.ReadToEndAsync(10)).FindLast(l => l.Length > 0)!;
            var took = Stopwatch.GetElapsedTime(started);

            Assert.Equal(4101, frames[^1].CloseCode);
            Assert.Equal(4101, EventLine.Parse(last).GetProperty("code").GetInt32());
            Assert.Equal(HttpStatusCode.Unauthorized, (await phone.CallAsync(HttpMethod.Get, "/v1/me")).Status);
            await other.SendTextAsync("""{"id":7,"op":"ping"}""");
            await other.FirstLineAsync(l => l.StartsWith("{\"re\":7,", StringComparison.Ordinal));
            Bounded.Print($"sign-out: the connections of the session ended after {took.TotalMilliseconds:0} ms");
            return took;
        });

    [Theory]
    [InlineData("/v1/ws")]
    [InlineData("/ws/lobby")]
    public async Task A_socket_by_cookie_needs_the_origin_of_the_server_and_one_by_token_none(string path)
    {
        await using var server = await CulvertProcess.StartAsync();
        using var bob = await server.Owner.NewUserAsync("bob");
        var cookie = $"Cookie: {bob.Cookie}";
        var own = $"Origin: {server.Address.GetLeftPart(UriPartial.Authority)}";
        (string? Token, string[] Headers, int Status)[] cases =
        [
            (null, [cookie], 403),
            (null, [cookie, "Origin: https://elsewhere.example"], 403),
            (null, [cookie, "Origin: null"], 403),
            (null, [cookie, own], 101),
            (server.Token, [], 101),
            (server.Token, ["Origin: https://elsewhere.example"], 101),
            (null, [], 401),
            ("no-such-token", [], 401),
        ];

        foreach (var (token, headers, status) in cases)
        {
            using var socket = await RawWebSocket.OpenAsync(server.Address, path, token, headers);
            Assert.StartsWith($"HTTP/1.1 {status} ", socket.Handshake, StringComparison.Ordinal);
        }
    }

    private static async Task<RawWebSocket> FollowAsync(CulvertProcess server, Api user)
    {
        var socket = await OpenAsync(server, user, "/v1/ws");
        await socket.SendTextAsync("""{"id":1,"op":"sub","room":"lobby"}""");
        await socket.FirstLineAsync(l => EventLine.Is(l, "ready"));
        return socket;
    }

    private static Task<RawWebSocket> OpenAsync(CulvertProcess server, Api user, string path)
    {
        var origin = server.Address.GetLeftPart(UriPartial.Authority);
        return RawWebSocket.UpgradeAsync(server.Address, path, null, $"Cookie: {user.Cookie}", $"Origin: {origin}");
    }
}
