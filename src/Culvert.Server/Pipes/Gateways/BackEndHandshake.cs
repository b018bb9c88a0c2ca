using System.Text;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Server.Pipes.Gateways;

/// <summary>
/// Opens a WebSocket at a back end in the name of a client, and brings back what it says if it does not.
/// </summary>
internal static class BackEndHandshake
{
    private const int SwitchingProtocols = 101;

    // 100 and 103 may come before the answer; who sends more of them than this has none.
    private const int MaxInterim = 5;

    /// <summary>Shakes hands. On success the carrier belongs to the result's leg, else it stays the caller's.</summary>
    public static async ValueTask<DialResult> RunAsync(
        Leg carrier, Endpoint endpoint, DialRequest request, CancellationToken cancellationToken)
    {
        var handshake = ClientHandshake.OnBehalf(request.Subprotocols, request.Extensions);
        var head = Encoding.Latin1.GetBytes(Head(endpoint, request, handshake));
        await carrier.Output.WriteAsync(head, cancellationToken);
        var answer = await ReadAsync(carrier, cancellationToken);
        if (answer is not { Status: >= 100 } || answer.Start[0] is not ("HTTP/1.1" or "HTTP/1.0"))
        {
            return DialResult.Fail(
                answer is null && carrier.EndedAbnormally ? DialFailure.Closed : DialFailure.BadAnswer,
                $"{endpoint.Name} gave no HTTP answer to the handshake");
        }

        return answer.Status == SwitchingProtocols
            ? Check(carrier, endpoint, handshake, answer)
            : await DeclinedAsync(carrier, endpoint, answer, cancellationToken);
    }

    private static DialResult Check(Leg carrier, Endpoint endpoint, ClientHandshake handshake, HttpHead answer)
    {
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
            return DialResult.Fail(DialFailure.BadAnswer, $"{endpoint.Name}: {reason.TrimEnd('.')}");
        }

        return new DialResult
        {
            Leg = new WebSocketLeg(carrier, LegKind.WebSocketClient),
            Subprotocol = response.Subprotocol,
            Extensions = string.IsNullOrWhiteSpace(response.Extensions) ? null : response.Extensions,
        };
    }

    private static async ValueTask<DialResult> DeclinedAsync(
        Leg carrier, Endpoint endpoint, HttpHead answer, CancellationToken cancellationToken)
    {
        List<KeyValuePair<string, string>> headers = [];
        foreach (var name in (string[])["WWW-Authenticate", "Retry-After", "Content-Type", "Location"])
        {
            if (answer[name] is { } value)
            {
                headers.Add(new(name, value));
            }
        }

        return new DialResult
        {
            Failure = DialFailure.Declined,
            Why = $"{endpoint.Name} answered {answer.Status} instead of opening a WebSocket",
            Status = answer.Status,
            Headers = headers,
            Body = answer.Status is >= 400 and < 500
                ? await DeclinedBody.ReadAsync(carrier.Input, answer, cancellationToken)
                : default,
        };
    }

    private static async ValueTask<HttpHead?> ReadAsync(Leg carrier, CancellationToken cancellationToken)
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

    private static string Head(Endpoint endpoint, DialRequest request, ClientHandshake handshake)
    {
        var head = new StringBuilder($"GET {Target(endpoint, request)} HTTP/1.1\r\nHost: {endpoint.HostHeader}\r\n");
        foreach (var (name, value) in handshake.RequestHeaders.Concat(request.Headers))
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        if (endpoint.Credentials is { } credentials
            && !request.Headers.Any(header => header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase)))
        {
            head.Append("Authorization: ").Append(BasicCredentials.Of(credentials)).Append("\r\n");
        }

        return head.Append("\r\n").ToString();
    }

    /// <summary>The configured path; where none is configured, the client's. The client's query is added.</summary>
    private static string Target(Endpoint endpoint, DialRequest request)
    {
        var path = endpoint.Path is "" or "/" ? request.Path : endpoint.Path;
        return request.Query.Length == 0 ? path
            : path.Contains('?', StringComparison.Ordinal) ? $"{path}&{request.Query[1..]}"
            : path + request.Query;
    }
}
