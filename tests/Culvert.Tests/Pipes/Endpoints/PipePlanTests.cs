using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Tests.Pipes.Endpoints;

/// <summary>Which requests make sense.</summary>
public sealed class PipePlanTests
{
    private static readonly PipeRequest Plain = new() { First = "tcp-listen:0", Second = "ws://a.example/" };

    public static TheoryData<string, object> Bad { get; } = new()
    {
        { "'x' is no end of a pipe", Plain with { First = "x" } },
        { "tcp: 'y' has no port", Plain with { Second = "tcp:y" } },
        { "both ends are stdio", Plain with { First = "-", Second = "stdio" } },
        { "both ends are the same socket", Plain with { First = "unix-listen:a", Second = "unix-listen:a" } },
        {
            "--framing: 'x' is none; write raw, line, split-line, json-line, base64-line, length, typed-length",
            Plain with { Framing = "x" }
        },
        { "--framing needs a WebSocket", Plain with { Second = "echo:", Framing = "line" } },
        { "--framing needs an end of bytes", Plain with { First = "ws-listen:0", Framing = "line" } },
        { "--text needs a WebSocket and an end of bytes", Plain with { Second = "echo:", Text = true } },
        { "--text: typed-length", Plain with { Text = true, Framing = "typed-length" } },
        { "--chunk needs a WebSocket and an end of bytes", Plain with { Second = "echo:", ChunkBytes = 4096 } },
        { "--close-on-eof needs a WebSocket", Plain with { First = "ws-listen:0", ClosesOnEof = true } },
        { "--abort-on-client-loss needs a ws-listen: end", Plain with { AbortsOnClientLoss = true } },
        { "--split-large-frames needs two WebSockets", Plain with { SplitsLargeFrames = true } },
        { "--max-redirects needs a ws://", Plain with { Second = "echo:", MaxRedirects = 1 } },
        { "--one needs an end that listens", Plain with { First = "stdio", Once = true } },
        { "--subprotocol needs a WebSocket", Plain with { Second = "echo:", Subprotocols = ["a"] } },
        { "--subprotocol: write distinct names", Plain with { Subprotocols = ["a", "a"] } },
        { "--subprotocol: write distinct names", Plain with { Subprotocols = ["a b"] } },
        { "--header needs a ws:// or wss:// end", Plain with { Second = "echo:", Headers = ["A: b"] } },
        { "--header: 'secret' is no header", Plain with { Headers = ["secret"] } },
        { "--header: 'A' is no header", Plain with { Headers = ["A: b\r\nC: d"] } },
        { "--header: connection belongs to the handshake", Plain with { Headers = ["connection: x"] } },
        { "--origin needs a ws:// or wss:// end", Plain with { Second = "echo:", Origin = "https://a" } },
        { "--origin: write it as", Plain with { Origin = "" } },
        { "--allow-origin needs a ws-listen: end", Plain with { AllowedOrigins = ["*"] } },
        { "--half-close needs a WebSocket", Plain with { Second = "echo:", HalfClose = true } },
        {
            "--half-close lets no pages in",
            Plain with { First = "ws-listen:0", HalfClose = true, AllowedOrigins = ["*"] }
        },
        { "--ca needs a wss:// end", Plain with { AuthorityFile = "x" } },
        { "--ca: ", Plain with { Second = "wss://a.example/", AuthorityFile = "/nonexistent" } },
        { "--ca: /dev/null holds no certificate", Plain with { Second = "wss://a/", AuthorityFile = "/dev/null" } },
        { "needs a wss:// end", Plain with { DangerousAcceptAnyCertificate = true } },
        { "--proxy needs a ws://", Plain with { Second = "echo:", Proxy = "a:1" } },
        { "--proxy: write http://", Plain with { Proxy = "socks5://a:1" } },
        { "HTTPS_PROXY: write http://", Plain with { Variable = name => name == "HTTPS_PROXY" ? "a/b" : null } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_request_without_sense_is_explained(string message, object request)
    {
        Assert.Null(PipePlan.Read((PipeRequest)request, out var error));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_asked_for_reaches_the_relay_and_the_dialer()
    {
        var bytes = PipePlan.Read(
            Plain with { Framing = "base64-line", ChunkBytes = 4096, ClosesOnEof = true, MaxRedirects = 4 }, out _);
        var client = PipePlan.Read(
            Plain with { Second = "ws-listen:0", AbortsOnClientLoss = true, Framing = "typed-length" }, out _);
        var both = PipePlan.Read(Plain with { First = "ws-listen:0", SplitsLargeFrames = true }, out _);

        Assert.Equal(
            (Framing.Base64Line, 4096, true, 4),
            (bytes?.Relaying.Framing, bytes?.Relaying.ChunkBytes, bytes?.Relaying.FirstClosesOnEof,
                bytes?.Rules.MaxRedirects));
        Assert.Equal(
            (false, true, Framing.TypedLength),
            (client?.Relaying.FirstAbortsOnLoss, client?.Relaying.SecondAbortsOnLoss, client?.Relaying.Framing));
        Assert.True(both?.Relaying.SplitsLargeFrames);
    }

    [Fact]
    public void The_variables_give_the_proxies_and_none_overrules_them()
    {
        var request = Plain with
        {
            First = "stdio",
            Second = "wss://a.example/",
            Variable = name => name == "https_proxy" ? "http://p.example:8" : null,
        };

        var plan = PipePlan.Read(request, out _);
        var straight = PipePlan.Read(request with { Proxy = "none" }, out _);

        Assert.Equal("p.example", plan?.Rules.Proxies.For(plan.Second)?.Host);
        Assert.Null(straight?.Rules.Proxies.For(straight.Second));
    }
}
