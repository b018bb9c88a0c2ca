using System.Text;
using Culvert.IntegrationTests.Conformance;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests;

/// <summary>RFC 6455 and RFC 7692 on the wire, against <c>--pipe /echo=echo:</c>.</summary>
public sealed class EchoConformanceTests
{
    private const string Offer = "Sec-WebSocket-Extensions: permessage-deflate";

    [Fact]
    public async Task Every_case_of_framing_fragments_text_and_closing_gets_its_verdict()
    {
        await using var server = await CulvertProcess.StartAsync("--pipe", "/echo=echo:");
        List<string> failures = [];
        var count = 0;

        foreach (var wireCase in WireCases.All)
        {
            // In one piece, and in as many as it has bytes: TCP promises neither.
            foreach (var piece in (int[])[int.MaxValue, wireCase.Sent.Length < 500 ? 1 : 997])
            {
                count++;
                if (await VerdictAsync(server, wireCase, piece) is { } wrong)
                {
                    var cut = piece == int.MaxValue ? "whole" : $"{piece} a piece";
                    failures.Add($"{wireCase.Name} ({cut}): {wrong}");
                }
            }
        }

        Bounded.Print($"{count} cases, {failures.Count} failed");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public async Task Large_messages_in_any_cut_come_back_whole()
    {
        await using var server = await CulvertProcess.StartAsync("--pipe", "/echo=echo:");
        var payload = new byte[4 * 1024 * 1024];
        new Random(9).NextBytes(payload);

        foreach (var fragment in (int[])[payload.Length, 1024 * 1024, 4096, 1000])
        {
            byte[][] frames =
            [
                .. payload.Chunk(fragment).Select((part, i) => RawFrame.Build(
                    i == 0 ? RawFrame.BinaryMessage : 0, part, fin: (i + 1) * (long)fragment >= payload.Length)),
            ];
            var wireCase = WireCase.Passes($"9 fragments of {fragment}", frames, (RawFrame.BinaryMessage, payload));
            Assert.Null(await VerdictAsync(server, wireCase, int.MaxValue));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("; client_max_window_bits")]
    [InlineData("; server_no_context_takeover; client_no_context_takeover")]
    [InlineData("; client_max_window_bits=10")]
    public async Task Compressed_messages_come_back_however_they_were_offered(string parameters)
    {
        await using var server = await CulvertProcess.StartAsync("--pipe", "/echo=echo:");
        using var socket = await RawWebSocket.UpgradeAsync(server.Address, "/echo", null, Offer + parameters);
        Assert.Contains(Offer, socket.Handshake, StringComparison.OrdinalIgnoreCase);

        foreach (var size in (int[])[0, 16, 1024, 4096, 131072])
        {
            byte[] message = [.. Enumerable.Range(0, size).Select(i => (byte)('a' + (i % 23)))];
            var compressed = Deflate.Compress(message);
            var half = compressed.Length / 2;
            await socket.SendAsync(
                RawFrame.Build(RawFrame.TextMessage, compressed.AsSpan(0, half), fin: false, reserved: 4));
            await socket.SendAsync(RawFrame.Build(RawFrame.Ping, "between"u8));
            await socket.SendAsync(RawFrame.Build(RawFrame.Continuation, compressed.AsSpan(half)));
            Assert.Equal(RawFrame.Pong, (await socket.ReadAsync())!.Opcode);
            var answer = (await socket.ReadAsync())!;
            Assert.Equal(message, answer.Reserved == 4 ? Deflate.Decompress(answer.Payload) : answer.Payload);
        }

        // A message may stay uncompressed although compression was agreed on.
        await socket.SendTextAsync("plain");
        var plain = (await socket.ReadAsync())!;
        Assert.Equal("plain"u8.ToArray(), plain.Reserved == 4 ? Deflate.Decompress(plain.Payload) : plain.Payload);
    }

    [Theory]
    [InlineData("; no_such_parameter")]
    [InlineData("; client_max_window_bits=7")]
    [InlineData("; client_max_window_bits=16")]
    [InlineData("; server_no_context_takeover; server_no_context_takeover")]
    [InlineData("; server_no_context_takeover=1")]
    public async Task An_offer_that_is_not_valid_is_declined_and_the_connection_works_without(string parameters)
    {
        await using var server = await CulvertProcess.StartAsync("--pipe", "/echo=echo:");
        using var socket = await RawWebSocket.UpgradeAsync(server.Address, "/echo", null, Offer + parameters);

        await socket.SendTextAsync("hello");

        Assert.DoesNotContain("Sec-WebSocket-Extensions", socket.Handshake, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("hello", (await socket.ReadAsync())!.Text);
    }

    [Fact]
    public async Task Faults_of_compression_are_answered_by_their_close_code()
    {
        await using var server = await CulvertProcess.StartAsync("--pipe", "/echo=echo:");
        var hello = Deflate.Compress("hello hello hello"u8);
        (string Name, int[] Codes, byte[] Sent)[] cases =
        [
            ("a compressed ping", [1002], RawFrame.Build(RawFrame.Ping, hello, reserved: 4)),
            ("a continuation that says it is compressed", [1002],
            [
                .. RawFrame.Build(RawFrame.TextMessage, hello.AsSpan(0, 3), fin: false, reserved: 4),
                .. RawFrame.Build(RawFrame.Continuation, hello.AsSpan(3), reserved: 4),
            ]),
            ("no deflate at all", [1002, 1007],
                RawFrame.Build(RawFrame.TextMessage, [0xff, 0xff, 0xff, 0xff], reserved: 4)),
            ("text that is not UTF-8", [1007],
                RawFrame.Build(RawFrame.TextMessage, Deflate.Compress([0xc3, 0x28]), reserved: 4)),
            ("a bomb of 64 MiB", [1009],
                RawFrame.Build(RawFrame.BinaryMessage, Deflate.Compress(new byte[64 * 1024 * 1024]), reserved: 4)),
        ];

        foreach (var (name, codes, sent) in cases)
        {
            using var socket = await RawWebSocket.UpgradeAsync(server.Address, "/echo", null, Offer);
            await socket.SendAsync(sent);
            var frames = await socket.ReadToEndAsync();
            Assert.True(
                frames is [{ Opcode: RawFrame.Close }] && codes.Contains(frames[0].CloseCode),
                $"{name}: {Show(frames)}");
        }
    }

    /// <summary>Null when everything came as it must, up to the clean end of TCP; else what was wrong.</summary>
    private static async Task<string?> VerdictAsync(CulvertProcess server, WireCase wireCase, int piece)
    {
        using var socket = await RawWebSocket.UpgradeAsync(server.Address, "/echo");
        try
        {
            // Sent beside the reading: an echo that is not read does not read on.
            var sending = SendAsync(socket, wireCase.Sent, piece);
            var frames = await socket.ReadToEndAsync(20);
            await sending;
            var closed = frames.Count > 0 && frames[^1] is { Opcode: RawFrame.Close, Fin: true } close
                && (close.CloseCode == wireCase.Close || (wireCase.Close == 1005 && close.CloseCode == 1000));
            var same = frames.SkipLast(1).Select(f => (f.Opcode, Payload: Convert.ToHexString(f.Payload)))
                .SequenceEqual(wireCase.Expected.Select(e => (e.Opcode, Convert.ToHexString(e.Payload))));
            return closed && same ? null : Show(frames);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or TimeoutException)
        {
            return e.Message;
        }
    }

    private static async Task SendAsync(RawWebSocket socket, byte[] bytes, int piece)
    {
        for (var sent = 0L; sent < bytes.Length; sent += piece)
        {
            try
            {
                await socket.SendAsync(bytes.AsMemory((int)sent, (int)Math.Min(piece, bytes.Length - sent)));
            }
            catch (System.Net.Sockets.SocketException)
            {
                // The server has ended it already, as it may after a fault; what it said decides.
                return;
            }
        }
    }

    private static string Show(List<RawFrame> frames) => string.Join(", ", frames.Select(Show));

    private static string Show(RawFrame frame) => frame.Opcode == RawFrame.Close
        ? $"close {frame.CloseCode}"
        : $"opcode {frame.Opcode} with {frame.Payload.Length} bytes";
}
