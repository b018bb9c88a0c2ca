using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.WebSockets;

public sealed class HandshakeTests
{
    private static readonly HandshakeRequest Sample = new()
    {
        Method = "GET",
        Upgrade = "websocket",
        Connection = "Upgrade",
        Version = "13",
        Key = "dGhlIHNhbXBsZSBub25jZQ==",
    };

    private static readonly HandshakeOptions Options = new() { Subprotocols = ["b", "c"], Deflate = true };

    [Fact]
    public void The_accept_value_is_that_of_the_RFC()
    {
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", Handshake.ComputeAccept("dGhlIHNhbXBsZSBub25jZQ=="));
    }

    [Fact]
    public void A_plain_request_is_answered_with_the_three_headers_alone()
    {
        var result = Handshake.Accept(Sample, Options);

        Assert.True(result.IsAccepted);
        Assert.Equal(101, result.Status);
        Assert.Equal(
            ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="],
            result.Headers.Select(header => $"{header.Key}: {header.Value}"));
        Assert.Null(result.Subprotocol);
        Assert.False(result.Deflate);
    }

    [Fact]
    public void Subprotocol_and_extension_are_answered_when_agreed()
    {
        var request = Sample with
        {
            Connection = "keep-alive, UPGRADE",
            Upgrade = "h2c, WebSocket",
            Subprotocols = "a, c,b",
            Extensions = "permessage-deflate; client_max_window_bits",
        };

        var result = Handshake.Accept(request, Options);

        Assert.Equal("c", result.Subprotocol);
        Assert.True(result.Deflate);
        Assert.Equal(
            ["Sec-WebSocket-Protocol: c", $"Sec-WebSocket-Extensions: {DeflateNegotiation.ClientOffer}"],
            result.Headers.Skip(3).Select(header => $"{header.Key}: {header.Value}"));
        Assert.False(Handshake.Accept(request, new HandshakeOptions()).Deflate);
    }

    [Fact]
    public void No_common_subprotocol_leaves_the_connection_without()
    {
        var result = Handshake.Accept(Sample with { Subprotocols = "B, x" }, Options);

        Assert.True(result.IsAccepted);
        Assert.Null(result.Subprotocol);
    }

    public static TheoryData<string, int> Refusals => new()
    {
        { "method", 405 },
        { "http/1.0", 400 },
        { "no upgrade", 426 },
        { "other upgrade", 426 },
        { "no connection", 400 },
        { "close connection", 400 },
        { "no version", 400 },
        { "version 8", 426 },
        { "two versions", 426 },
        { "no key", 400 },
        { "short key", 400 },
        { "long key", 400 },
        { "not base64", 400 },
        { "two keys", 400 },
        { "bad subprotocol", 400 },
        { "repeated subprotocol", 400 },
        { "bad extensions", 400 },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_bad_request_is_refused_with_status_and_reason(string fault, int status)
    {
        var request = fault switch
        {
            "method" => Sample with { Method = "POST" },
            "http/1.0" => Sample with { HttpProtocol = "HTTP/1.0" },
            "no upgrade" => Sample with { Upgrade = null },
            "other upgrade" => Sample with { Upgrade = "h2c" },
            "no connection" => Sample with { Connection = null },
            "close connection" => Sample with { Connection = "close" },
            "no version" => Sample with { Version = null },
            "version 8" => Sample with { Version = "8" },
            "two versions" => Sample with { Version = "13, 13" },
            "no key" => Sample with { Key = null },
            "short key" => Sample with { Key = Convert.ToBase64String(new byte[15]) },
            "long key" => Sample with { Key = Convert.ToBase64String(new byte[17]) },
            "not base64" => Sample with { Key = new string('!', 24) },
            "two keys" => Sample with { Key = Sample.Key + ", " + Sample.Key },
            "bad subprotocol" => Sample with { Subprotocols = "a b" },
            "repeated subprotocol" => Sample with { Subprotocols = "b, b" },
            _ => Sample with { Extensions = "permessage-deflate;;" },
        };

        var result = Handshake.Accept(request, Options);

        Assert.False(result.IsAccepted);
        Assert.Equal(status, result.Status);
        Assert.NotEmpty(result.Reason);
        Assert.Equal(status == 426, result.Headers.Contains(KeyValuePair.Create("Sec-WebSocket-Version", "13")));
        Assert.Equal(status == 426, result.Headers.Contains(KeyValuePair.Create("Upgrade", "websocket")));
        Assert.Equal(status == 405, result.Headers.Contains(KeyValuePair.Create("Allow", "GET")));
    }

    [Fact]
    public void Over_HTTP2_the_answer_is_200_without_key_and_upgrade()
    {
        var request = new HandshakeRequest
        {
            Method = "CONNECT",
            HttpProtocol = "HTTP/2",
            ExtendedProtocol = "websocket",
            Version = "13",
            Subprotocols = "b",
        };

        var result = Handshake.Accept(request, Options);

        Assert.Equal(200, result.Status);
        Assert.Equal([KeyValuePair.Create("Sec-WebSocket-Protocol", "b")], result.Headers);
        Assert.Equal(405, Handshake.Accept(request with { Method = "GET" }, Options).Status);
        Assert.Equal(400, Handshake.Accept(request with { ExtendedProtocol = null }, Options).Status);
        Assert.Equal(400, Handshake.Accept(request with { ExtendedProtocol = "connect-udp" }, Options).Status);
        Assert.Equal(426, Handshake.Accept(request with { Version = "12" }, Options).Status);
    }

    [Fact]
    public void Client_and_server_agree_with_each_other()
    {
        var client = new ClientHandshake(["x", "b"], deflate: true);
        var sent = client.RequestHeaders.ToDictionary();
        var request = new HandshakeRequest
        {
            Method = "GET",
            Upgrade = sent["Upgrade"],
            Connection = sent["Connection"],
            Version = sent["Sec-WebSocket-Version"],
            Key = sent["Sec-WebSocket-Key"],
            Subprotocols = sent["Sec-WebSocket-Protocol"],
            Extensions = sent["Sec-WebSocket-Extensions"],
        };

        var result = Handshake.Accept(request, Options);
        var accepted = client.TryAccept(ResponseOf(result), out var deflate, out var reason);

        Assert.True(accepted, reason);
        Assert.True(deflate);
        Assert.Equal("b", result.Subprotocol);
    }

    public static TheoryData<string> BadAnswers =>
        ["status", "upgrade", "connection", "accept", "subprotocol", "extension", "no accept"];

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public void A_client_refuses_a_bad_answer(string fault)
    {
        var client = new ClientHandshake(["b"]);
        var key = client.RequestHeaders.ToDictionary()["Sec-WebSocket-Key"];
        var good = new HandshakeResponse
        {
            Status = 101,
            Upgrade = "WebSocket",
            Connection = "upgrade",
            Accept = Handshake.ComputeAccept(key),
        };
        Assert.True(client.TryAccept(good, out _, out _));

        var bad = fault switch
        {
            "status" => good with { Status = 200 },
            "upgrade" => good with { Upgrade = "h2c" },
            "connection" => good with { Connection = "close" },
            "accept" => good with { Accept = Handshake.ComputeAccept("x") },
            "subprotocol" => good with { Subprotocol = "z" },
            "extension" => good with { Extensions = DeflateNegotiation.ClientOffer },
            _ => good with { Accept = null },
        };

        Assert.False(client.TryAccept(bad, out var deflate, out var reason));
        Assert.False(deflate);
        Assert.NotEmpty(reason);
    }

    [Fact]
    public void Every_attempt_has_its_own_key()
    {
        var keys = Enumerable.Range(0, 50).Select(_ => new ClientHandshake().RequestHeaders[2].Value);

        Assert.Equal(50, keys.Distinct().Count());
    }

    [Fact]
    public void A_client_cannot_offer_what_is_no_token()
    {
        Assert.Throws<ArgumentException>(() => new ClientHandshake(["a b"]));
        Assert.Throws<ArgumentException>(() => new ClientHandshake(["a", "a"]));
    }

    private static HandshakeResponse ResponseOf(HandshakeResult result)
    {
        var headers = result.Headers.ToDictionary();
        return new HandshakeResponse
        {
            Status = result.Status,
            Upgrade = headers["Upgrade"],
            Connection = headers["Connection"],
            Accept = headers["Sec-WebSocket-Accept"],
            Subprotocol = headers.GetValueOrDefault("Sec-WebSocket-Protocol"),
            Extensions = headers.GetValueOrDefault("Sec-WebSocket-Extensions"),
        };
    }
}
