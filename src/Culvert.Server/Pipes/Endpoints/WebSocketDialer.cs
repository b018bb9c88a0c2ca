using System.Globalization;
using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>The client's side of the WebSocket handshake, over a connection that is there.</summary>
internal static class WebSocketDialer
{
    private const int SwitchingProtocols = 101;

    // 100 and 103 may come before the answer; who sends more of them than this has none.
    private const int MaxInterim = 5;

    /// <summary>Shakes hands.</summary>
    /// <param name="carrier">The connection; closed on failure.</param>
    /// <param name="endpoint">Where it leads.</param>
    /// <param name="rules">What to ask for.</param>
    /// <param name="time">Bounds it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EndpointException">The server refuses, or is no WebSocket server.</exception>
    public static async Task<WebSocketLeg> OpenAsync(
        Leg carrier, Endpoint endpoint, DialRules rules, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(rules.HandshakeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var handshake = new ClientHandshake(rules.Subprotocols);
            await carrier.Output.WriteAsync(Encoding.UTF8.GetBytes(Request(endpoint, rules, handshake)), either.Token);
            var answer = await ReadAnswerAsync(carrier, either.Token);
            Check(endpoint, handshake, answer);
            return new WebSocketLeg(carrier, LegKind.WebSocketClient)
            {
                Subprotocol = answer?["Sec-WebSocket-Protocol"],
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            carrier.Abort();
            await carrier.DisposeAsync();
            var seconds = rules.HandshakeTimeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
            throw new EndpointException(
                EndpointFailure.TimedOut, $"{endpoint.Name} did not answer the handshake within {seconds} s");
        }
        catch (Exception exception) when (exception is EndpointException or OperationCanceledException)
        {
            carrier.Abort();
            await carrier.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask<HttpHead?> ReadAnswerAsync(Leg carrier, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MaxInterim; i++)
        {
            var answer = await HttpHeads.ReadAsync(carrier.Input, cancellationToken);
            if (answer?.Status is not (>= 100 and < 200 and not SwitchingProtocols))
            {
                return answer;
            }
        }

        return null;
    }

    private static string Request(Endpoint endpoint, DialRules rules, ClientHandshake handshake)
    {
        var request = new StringBuilder($"GET {endpoint.Path} HTTP/1.1\r\n");
        var own = rules.Headers.Select(header => header.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (!own.Contains("Host"))
        {
            Append(request, "Host", endpoint.HostHeader);
        }

        foreach (var (name, value) in handshake.RequestHeaders)
        {
            Append(request, name, value);
        }

        if (rules.Origin is { } origin)
        {
            Append(request, "Origin", origin);
        }

        if (endpoint.Credentials is { } credentials && !own.Contains("Authorization"))
        {
            Append(request, "Authorization", BasicCredentials.Of(credentials));
        }

        foreach (var (name, value) in rules.Headers)
        {
            Append(request, name, value);
        }

        return request.Append("\r\n").ToString();
    }

    private static void Append(StringBuilder request, string name, string value) =>
        request.Append(name).Append(": ").Append(value).Append("\r\n");

    private static void Check(Endpoint endpoint, ClientHandshake handshake, HttpHead? answer)
    {
        if (answer is not { Status: > 0 } || !answer.Start[0].StartsWith("HTTP/1.", StringComparison.Ordinal))
        {
            throw new EndpointException(
                EndpointFailure.HandshakeInvalid, $"{endpoint.Name} gave no HTTP answer to the handshake");
        }

        if (answer.Status != SwitchingProtocols)
        {
            var phrase = answer.Start[2].Length > 0 ? $" {answer.Start[2]}" : "";
            throw new EndpointException(
                EndpointFailure.HandshakeRefused,
                $"{endpoint.Name} answered {answer.Status}{phrase} instead of opening a WebSocket")
            {
                Status = answer.Status,
            };
        }

        var response = new HandshakeResponse
        {
            Status = answer.Status,
            Upgrade = answer["Upgrade"],
            Connection = answer["Connection"],
            Accept = answer["Sec-WebSocket-Accept"],
            Subprotocol = answer["Sec-WebSocket-Protocol"],
            Extensions = answer["Sec-WebSocket-Extensions"],
        };
        if (!handshake.TryAccept(response, out _, out var reason))
        {
            throw new EndpointException(EndpointFailure.HandshakeInvalid, $"{endpoint.Name}: {reason.TrimEnd('.')}");
        }
    }
}
