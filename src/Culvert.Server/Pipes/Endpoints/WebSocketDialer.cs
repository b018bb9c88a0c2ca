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

    private static readonly string[] PassedOn = ["WWW-Authenticate", "Retry-After", "Content-Type", "Location"];

    /// <summary>Shakes hands. Failing is a result; when the token fires, the exception passes.</summary>
    /// <param name="carrier">The connection; closed on failure.</param>
    /// <param name="endpoint">Where it leads.</param>
    /// <param name="request">What to ask for.</param>
    /// <param name="rules">How long it may take.</param>
    /// <param name="time">Measures that.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async ValueTask<DialResult> OpenAsync(
        Leg carrier,
        Endpoint endpoint,
        DialRequest request,
        DialRules rules,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(rules.HandshakeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        DialResult? result = null;
        try
        {
            result = await ShakeAsync(carrier, endpoint, request, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = rules.HandshakeTimeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
            result = DialResult.Fail(
                DialFailure.Timeout, $"{endpoint.Name} did not answer the handshake within {seconds} s");
        }
        finally
        {
            if (result?.Leg is null)
            {
                if (result is { Failure: DialFailure.Declined })
                {
                    // It said all that was to be said, and its log shall not speak of a broken connection.
                    await carrier.CloseAsync();
                }

                carrier.Abort();
                await carrier.DisposeAsync();
            }
        }

        return result;
    }

    private static async ValueTask<DialResult> ShakeAsync(
        Leg carrier, Endpoint endpoint, DialRequest request, CancellationToken cancellationToken)
    {
        var handshake = request.Deflate
            ? new ClientHandshake(request.Subprotocols, deflate: true)
            : ClientHandshake.OnBehalf(request.Subprotocols, request.Extensions);
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
            : await DeclinedAsync(carrier, endpoint, request, answer, cancellationToken);
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
        if (!handshake.TryAccept(response, out var deflate, out var reason))
        {
            return DialResult.Fail(DialFailure.BadAnswer, $"{endpoint.Name}: {reason.TrimEnd('.')}");
        }

        return new DialResult
        {
            Leg = new WebSocketLeg(carrier, LegKind.WebSocketClient) { Subprotocol = response.Subprotocol },
            Subprotocol = response.Subprotocol,
            Extensions = deflate || string.IsNullOrWhiteSpace(response.Extensions) ? null : response.Extensions,
            Deflate = deflate,
        };
    }

    private static async ValueTask<DialResult> DeclinedAsync(
        Leg carrier, Endpoint endpoint, DialRequest request, HttpHead answer, CancellationToken cancellationToken)
    {
        var phrase = answer.Start[2].Length > 0 ? $" {answer.Start[2]}" : "";
        return new DialResult
        {
            Failure = DialFailure.Declined,
            Why = $"{endpoint.Name} answered {answer.Status}{phrase} instead of opening a WebSocket",
            Status = answer.Status,
            Headers = [.. PassedOn.Where(name => answer[name] is not null)
                .Select(name => KeyValuePair.Create(name, answer[name]!))],
            Body = request.TakesBody && answer.Status is >= 400 and < 500
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
        var own = request.Headers.Select(header => header.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var head = new StringBuilder($"GET {Target(endpoint, request)} HTTP/1.1\r\n");
        if (!own.Contains("Host"))
        {
            Append(head, "Host", endpoint.HostHeader);
        }

        foreach (var (name, value) in handshake.RequestHeaders.Concat(request.Headers))
        {
            Append(head, name, value);
        }

        if (endpoint.Credentials is { } credentials && !own.Contains("Authorization"))
        {
            Append(head, "Authorization", BasicCredentials.Of(credentials));
        }

        return head.Append("\r\n").ToString();
    }

    private static void Append(StringBuilder head, string name, string value) =>
        head.Append(name).Append(": ").Append(value).Append("\r\n");

    /// <summary>The endpoint's path; where it has none, the one that was asked for. The query is added.</summary>
    public static string Target(Endpoint endpoint, DialRequest request)
    {
        var path = endpoint.Path is "" or "/" ? request.Path : endpoint.Path;
        return request.Query.Length == 0 ? path
            : path.Contains('?', StringComparison.Ordinal) ? $"{path}&{request.Query[1..]}"
            : path + request.Query;
    }
}
