using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Connecting;

/// <summary>
/// One attempt to open a WebSocket: name, TCP, proxy, TLS, handshake. Whatever goes wrong is one
/// <see cref="ConnectFailedException"/> that says at which step.
/// </summary>
internal sealed class WebSocketOpening
{
    private static readonly TimeSpan BodyPatience = TimeSpan.FromSeconds(1);

    private readonly Uri _address;

    // As it was written, for errors: who typed http:// does not look for ws://.
    private readonly Uri _given;
    private readonly ConnectOptions _options;
    private readonly ClientHandshake _handshake;
    private readonly string _request;
    private ConnectStage _stage = ConnectStage.Dns;
    private Uri? _proxy;
    private EndPoint? _remote;

    /// <param name="address"><c>ws</c>, <c>wss</c>, or <c>http</c> and <c>https</c> for the same.</param>
    /// <param name="options">How.</param>
    /// <param name="deflate">Whether to offer permessage-deflate.</param>
    /// <exception cref="ArgumentException">The address, a header or a subprotocol cannot be used.</exception>
    public WebSocketOpening(Uri address, ConnectOptions options, bool deflate = false)
    {
        _address = WebSocketRequestHead.Normalize(address);
        _given = address;
        _options = options;
        _handshake = new ClientHandshake(options.Subprotocols, deflate);
        _request = WebSocketRequestHead.Write(_address, options, _handshake);
    }

    private string Host => _address.IdnHost;

    /// <summary>Runs the attempt; once.</summary>
    /// <exception cref="ConnectFailedException">It failed.</exception>
    public async Task<OpenedWebSocket> RunAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.OpenTimeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        Stream? stream = null;
        try
        {
            stream = await ReachAsync(either.Token).ConfigureAwait(false);
            if (_address.Scheme == "wss")
            {
                _stage = ConnectStage.Tls;
                stream = await new TlsOpening(Host, _options).RunAsync(stream, either.Token).ConfigureAwait(false);
            }

            _stage = ConnectStage.Http;
            return await ShakeHandsAsync(stream, either.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (Explain(e) is { } failure)
            {
                throw failure;
            }

            throw;
        }
    }

    /// <summary>A connection to the server, through the proxy if there is one.</summary>
    private async Task<Stream> ReachAsync(CancellationToken cancellationToken)
    {
        var written = _options.Proxy?.ToString() ?? ProxyVariables.OfProcess.For(_address);
        if (!_options.UseProxy || written is null)
        {
            return await DialAsync(Host, _address.Port, cancellationToken).ConfigureAwait(false);
        }

        _stage = ConnectStage.Proxy;
        _proxy = ProxyVariables.Parse(written) ?? throw Failed("the proxy is not an http address");
        var stream = await DialAsync(_proxy.IdnHost, _proxy.Port, cancellationToken).ConfigureAwait(false);
        try
        {
            await AskProxyAsync(stream, _proxy, cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<Stream> DialAsync(string host, int port, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        _stage = _proxy is null ? ConnectStage.Tcp : ConnectStage.Proxy;
        var socket = await TcpDialer.DialAsync(addresses, port, _options.TimeProvider, cancellationToken)
            .ConfigureAwait(false);
        _remote = socket.RemoteEndPoint;
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>CONNECT (RFC 9110 §9.3.6); the proxy looks up the name.</summary>
    private async Task AskProxyAsync(Stream stream, Uri proxy, CancellationToken cancellationToken)
    {
        var authority = string.Create(CultureInfo.InvariantCulture, $"{_address.IdnHost}:{_address.Port}");
        authority = _address.HostNameType == UriHostNameType.IPv6 ? $"[{Host}]:{_address.Port}" : authority;
        var credentials = proxy.UserInfo.Length == 0 ? "" : WebSocketRequestHead.Basic("Proxy-Authorization", proxy);
        var request = $"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{credentials}\r\n";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), cancellationToken).ConfigureAwait(false);
        var reader = new ResponseReader(stream);
        var answer = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (answer is not { Status: >= 200 and < 300 })
        {
            throw await RefusedAsync($"the proxy {proxy.Authority}", reader, answer).ConfigureAwait(false);
        }

        // Whoever waits for a client's TLS or HTTP does not speak first.
        if (!reader.Rest.IsEmpty)
        {
            throw Failed($"the proxy {proxy.Authority} sent something behind its answer");
        }
    }

    private async Task<OpenedWebSocket> ShakeHandsAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(_request), cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        var reader = new ResponseReader(stream);
        var answer = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (answer is not { Status: 101 })
        {
            throw await RefusedAsync("the server", reader, answer).ConfigureAwait(false);
        }

        var subprotocol = answer["Sec-WebSocket-Protocol"];
        var response = new HandshakeResponse
        {
            Status = answer.Status,
            Upgrade = answer["Upgrade"],
            Connection = answer["Connection"],
            Accept = answer["Sec-WebSocket-Accept"],
            Subprotocol = subprotocol,
            Extensions = answer["Sec-WebSocket-Extensions"],
        };
        var isOffered = subprotocol is null || _options.Subprotocols.Contains(subprotocol);
        if (!isOffered || (subprotocol is null && _options.RequireSubprotocol))
        {
            _stage = ConnectStage.Subprotocol;
            throw Failed(
                $"the server selected {(isOffered ? "no subprotocol" : "another subprotocol")}; offered: "
                + string.Join(", ", _options.Subprotocols.DefaultIfEmpty("none")));
        }

        return _handshake.TryAccept(response, out var deflate, out var reason)
            ? new OpenedWebSocket(stream, reader.Rest, subprotocol, deflate, answer.Fields, _remote)
            : throw Failed(reason.TrimEnd('.'), answer.Status);
    }

    private async Task<ConnectFailedException> RefusedAsync(string who, ResponseReader reader, ResponseHead? answer)
    {
        if (answer is null)
        {
            return Failed($"{who} gave no HTTP answer");
        }

        using var patience = new CancellationTokenSource(BodyPatience, _options.TimeProvider);
        var body = await reader.ReadBodyHeadAsync(answer, patience.Token).ConfigureAwait(false);
        var location = answer["Location"] is { } place ? $", which points to {place}" : "";
        var what = $"{who} answered {answer.Status} {answer.Phrase}".TrimEnd() + location;
        var after = ProblemReader.RetryAfter(answer["Retry-After"], _options.TimeProvider);
        return Failed(what, answer.Status, body, after);
    }

    private ConnectFailedException Failed(
        string why, int status = 0, string bodyHead = "", TimeSpan? retryAfter = null) =>
        new(_given, _stage, why) { Status = status, BodyHead = bodyHead, RetryAfter = retryAfter };

    private ConnectFailedException? Explain(Exception exception)
    {
        var seconds = _options.OpenTimeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        return exception switch
        {
            ConnectFailedException => null,
            OperationCanceledException =>
                new ConnectFailedException(_given, _stage, $"no answer within {seconds} s") { IsTimeout = true },
            SocketException e => new ConnectFailedException(_given, _stage, Words(e), e),
            AuthenticationException e => new ConnectFailedException(_given, _stage, e.Message, e),
            IOException e => new ConnectFailedException(_given, _stage, $"the connection broke: {e.Message}", e),
            _ => null,
        };
    }

    private string Words(SocketException failure)
    {
        var through = _proxy is null ? "" : $" (the proxy {_proxy.Authority})";
        return failure.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "connection refused",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "unknown host",
            SocketError.NetworkUnreachable or SocketError.HostUnreachable => "host unreachable",
            SocketError.TimedOut => "no answer in time",
            _ => failure.Message,
        } + through;
    }
}
