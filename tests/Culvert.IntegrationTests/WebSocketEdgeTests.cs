using System.Text;
using System.Text.Json;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests;

/// <summary>What a broken or hostile WebSocket client is told, and that its TCP connection ends cleanly.</summary>
public sealed class WebSocketEdgeTests
{
    private static readonly byte[] InvalidUtf8 = [0xce, 0xba, 0xed, 0xa0, 0x80];

    [Theory]
    [InlineData("/v1/ws")]
    [InlineData("/ws/lobby")]
    public async Task A_fault_is_answered_by_its_close_code_and_a_clean_end(string path)
    {
        await using var server = await CulvertProcess.StartAsync();
        var limit = await MaxFrameAsync(server);

        await MustCloseAsync(server, path, 1003, RawFrame.Build(RawFrame.BinaryMessage, "binary"u8));
        await MustCloseAsync(server, path, 1007, RawFrame.Build(RawFrame.TextMessage, InvalidUtf8));
        await MustCloseAsync(server, path, 1002, RawFrame.Build(RawFrame.TextMessage, "{}"u8, masked: false));
        await MustCloseAsync(server, path, 1002, RawFrame.Build(RawFrame.TextMessage, "{}"u8, reserved: 2));
        await MustCloseAsync(server, path, 1002, RawFrame.Build(3, "{}"u8));
        await MustCloseAsync(server, path, 1002, RawFrame.Build(RawFrame.Continuation, "{}"u8));
        await MustCloseAsync(server, path, 1009, Announced(limit + 1));
        await MustCloseAsync(server, path, 1009, Announced(1L << 40));
        await MustCloseAsync(
            server, path, 1009,
            [.. RawFrame.Build(RawFrame.TextMessage, new byte[limit], fin: false), .. RawFrame.Build(0, "over"u8)]);
    }

    [Theory]
    [InlineData("/v1/ws")]
    [InlineData("/ws/lobby")]
    public async Task Bytes_that_follow_a_fault_do_not_turn_the_clean_end_into_a_reset(string path)
    {
        await using var server = await CulvertProcess.StartAsync();
        var rest = Enumerable.Repeat(RawFrame.BuildText(new string('x', 1000)), 200).SelectMany(f => f).ToArray();

        await MustCloseAsync(server, path, 1003, [.. RawFrame.Build(RawFrame.BinaryMessage, "binary"u8), .. rest]);
        await MustCloseAsync(server, path, 1009, [.. Announced(1L << 32), .. rest]);
    }

    [Fact]
    public async Task The_answer_to_an_upgrade_has_no_other_connection_option_than_Upgrade()
    {
        await using var server = await CulvertProcess.StartAsync();

        foreach (var path in (string[])["/v1/ws", "/ws/lobby"])
        {
            using var socket = await RawWebSocket.UpgradeAsync(server.Address, path, server.Token);
            var headers = socket.Handshake.Split("\r\n");
            Assert.Equal("Connection: Upgrade", headers.Single(h => h.StartsWith("Connection:", Header)));
            Assert.Equal("websocket", headers.Single(h => h.StartsWith("Upgrade:", Header)).Split(": ")[1], true);
            Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", headers);
        }
    }

    [Fact]
    public async Task A_bad_command_is_answered_and_the_connection_goes_on()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var socket = await RawWebSocket.UpgradeAsync(server.Address, "/v1/ws", server.Token);
        var deep = new string('[', 40) + new string(']', 40);
        (string Sent, string Code)[] cases =
        [
            ("nonsense", "bad_json"), ("""{"id":1,"op":"fly"}""", "unknown_op"),
            ("""{"id":1,"op":"sub"}""", "missing_field"),
            ("""{"id":1,"op":"sub","room":"lobby","since":"x"}""", "bad_cursor"),
            ("""{"id":1,"op":"sub","room":"no-such-room"}""", "not_found"), ("[]", "bad_json"),
            ($$"""{"id":1,"op":"pub","room":"lobby","data":{{deep}}}""", "too_deep"),
            ($$"""{"id":1,"op":"pub","room":"lobby","key":"{{new string('k', 200)}}","data":1}""", "bad_field"),
        ];

        foreach (var (sent, code) in cases)
        {
            await socket.SendTextAsync(sent);
            var line = await socket.FirstLineAsync(l => l.StartsWith("{\"re\":", StringComparison.Ordinal));
            var reply = EventLine.Parse(line);
            Assert.True(reply.TryGetProperty("err", out var error), $"{sent}: {reply}");
            Assert.Equal((sent, code), (sent, error.GetProperty("code").GetString()));
        }

        await socket.SendTextAsync("""{"id":9,"op":"ping"}""");
        await socket.FirstLineAsync(l => l.StartsWith("{\"re\":9,\"ok\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Sec-WebSocket-Version: 8", 426)]
    [InlineData("Sec-WebSocket-Key: short", 400)]
    public async Task A_wrong_handshake_is_refused_with_a_problem(string header, int status)
    {
        await using var server = await CulvertProcess.StartAsync();
        using var connection = await RawConnection.OpenAsync(server.Address);
        string[] right = ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
        var headers = right.Where(h => h.Split(':')[0] != header.Split(':')[0]).Append(header);

        await connection.GetAsync(
            "/v1/ws", server.Token, ["Upgrade: websocket", "Connection: Upgrade", .. headers]);

        var buffer = new byte[4096];
        var answer = Encoding.ASCII.GetString(buffer, 0, await connection.ReceiveAsync(buffer));
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
    }

    private const StringComparison Header = StringComparison.OrdinalIgnoreCase;

    /// <summary>Sends the bytes, wants the Close, then reads on to the end of TCP: a reset would throw there.</summary>
    private static async Task MustCloseAsync(CulvertProcess server, string path, int code, byte[] sent)
    {
        using var socket = await RawWebSocket.UpgradeAsync(server.Address, path, server.Token);
        await socket.SendAsync(sent);
        var frames = await socket.ReadToEndAsync();

        var last = frames[^1];
        Assert.True(last.Opcode == RawFrame.Close, $"{path}: the last frame has opcode {last.Opcode}");
        Assert.Equal((path, code), (path, last.CloseCode));
    }

    /// <summary>A header that promises so many bytes, and the first few of them.</summary>
    private static byte[] Announced(long length)
    {
        var bytes = new byte[14 + 4];
        bytes[0] = 0x81;
        bytes[1] = 0x80 | 127;
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(2), length);
        return bytes;
    }

    private static async Task<int> MaxFrameAsync(CulvertProcess server)
    {
        using var socket = await RawWebSocket.UpgradeAsync(server.Address, "/v1/ws", server.Token);
        var hello = JsonDocument.Parse(await socket.FirstLineAsync(l => EventLine.Is(l, "hello")));
        return hello.RootElement.GetProperty("limits").GetProperty("maxFrameBytes").GetInt32();
    }
}
