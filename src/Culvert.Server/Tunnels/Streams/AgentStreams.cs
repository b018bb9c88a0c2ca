using System.Globalization;
using Culvert.Client.Multiplexing;
using Culvert.Protocol.Rooms;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Endpoints;
using Culvert.Server.Rooms;
using Culvert.Server.Tunnels.Agents;
using Culvert.Server.Tunnels.Names;
using Culvert.Server.Tunnels.Targets;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Tunnels.Streams;

/// <summary>Serves the streams that agents open: one request each, and after a yes bytes both ways.</summary>
internal sealed partial class AgentStreams(
    TargetDialer targets,
    NameDialer dialer,
    NameTable names,
    NameRequests requests,
    StreamRelays relays,
    TunnelMetrics metrics,
    TunnelServerOptions options,
    TimeProvider time,
    ILogger<AgentStreams> logger)
{
    private const int FirstPrune = 64;

    /// <summary>So much of what an agent asked for stands in the log, characters.</summary>
    private const int MostShown = 100;

    /// <summary>Accepts streams until the carrier has ended, and waits until all of them have.</summary>
    public async Task RunAsync(AgentCarrier carrier)
    {
        using var gone = new CancellationTokenSource();
        var running = new List<Task>();
        var pruneAt = FirstPrune;
        while (await carrier.Mux.AcceptAsync(CancellationToken.None) is { } stream)
        {
            if (running.Count >= pruneAt)
            {
                running.RemoveAll(task => task.IsCompleted);
                pruneAt = Math.Max(FirstPrune, running.Count * 2);
            }

            running.Add(ServeAsync(carrier, stream, gone.Token));
        }

        await gone.CancelAsync();
        await Task.WhenAll(running);
    }

    private async Task ServeAsync(AgentCarrier carrier, MuxStream stream, CancellationToken cancellationToken)
    {
        var isEntered = false;
        try
        {
            isEntered = carrier.Session.TryEnter(options.MaxStreams);
            using var limit = new CancellationTokenSource(StreamHeads.Timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var (head, isMalformed) = await StreamHeads.ReadAsync(stream.Input, either.Token);
            if (head is null && !isMalformed)
            {
                // Ended, too long, or not HTTP at all: there is nobody to explain it to.
                stream.Abort();
            }
            else if (head is null || !StreamHeads.IsRequest(head))
            {
                await RefuseAsync(carrier, stream, "?", StreamRefusal.BadHead("The head is not HTTP/1.1."));
            }
            else if (!isEntered)
            {
                var refusal = StreamRefusal.Of(
                    ErrorCode.TooManyStreams,
                    string.Create(CultureInfo.InvariantCulture, $"A session may have {options.MaxStreams} streams."));
                await RefuseAsync(carrier, stream, head.Start[1], refusal);
            }
            else
            {
                await AnswerAsync(carrier, stream, head, either.Token, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The head was too slow, or the carrier has gone.
            stream.Abort();
        }
        catch (Exception exception)
        {
            // The edge of the stream: a fault of ours ends this stream and no other.
            Log.Failed(logger, carrier.Caller.Name, exception);
            stream.Abort();
        }
        finally
        {
            if (isEntered)
            {
                carrier.Session.Leave();
            }

            await stream.DisposeAsync();
        }
    }

    /// <param name="carrier">Whose stream it is.</param>
    /// <param name="stream">The stream, behind the head.</param>
    /// <param name="head">What it asks for.</param>
    /// <param name="inTime">Fires when the request as a whole took too long to come.</param>
    /// <param name="cancellationToken">Fires when the carrier has gone.</param>
    private async Task AnswerAsync(
        AgentCarrier carrier,
        MuxStream stream,
        HttpHead head,
        CancellationToken inTime,
        CancellationToken cancellationToken)
    {
        var target = head.Start[1];
        switch (head.Start[0])
        {
            case "CONNECT":
                await ConnectAsync(carrier, stream, target, cancellationToken);
                break;
            case "OPTIONS":
                var refused = await CheckAsync(carrier, target, cancellationToken);
                await SayAsync(carrier, stream, target, refused, StreamHeads.Answer(204, "No Content"));
                break;
            case "POST" when target == NameRequests.Path:
                var (refusal, body) = await requests.RegisterAsync(carrier, stream, head, inTime);
                await SayAsync(carrier, stream, target, refusal, StreamHeads.Answer(201, "Created", body));
                break;
            case "DELETE" when target.StartsWith($"{NameRequests.Path}/", StringComparison.Ordinal):
                var isRemoved = requests.Remove(carrier, target[(NameRequests.Path.Length + 1)..]);
                var missing = isRemoved ? null : StreamRefusal.Of(ErrorCode.NotFound, "The session has no such name.");
                await SayAsync(carrier, stream, target, missing, StreamHeads.Answer(204, "No Content"));
                break;
            default:
                var unknown = StreamRefusal.Of(ErrorCode.NotFound, "See docs/tunnels.md.");
                await RefuseAsync(carrier, stream, target, unknown);
                break;
        }
    }

    private async Task ConnectAsync(
        AgentCarrier carrier, MuxStream stream, string authority, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        if (Read(carrier, authority, out var target) is { } refused)
        {
            await RefuseAsync(carrier, stream, authority, refused);
            return;
        }

        var asker = AskerOf(carrier);
        Registration? agent = null;
        try
        {
            Leg? leg;
            StreamRefusal? refusal;
            if (target.IsName)
            {
                (leg, agent, refusal) = await dialer.OpenAsync(target.Host, asker, cancellationToken);
            }
            else
            {
                (leg, refusal) = await targets.DialAsync(target, cancellationToken);
            }

            if (leg is null)
            {
                // One of the two is there.
                await RefuseAsync(carrier, stream, target.ToString(), refusal!);
                return;
            }

            metrics.Opened(time.GetElapsedTime(startedAt));
            await stream.Output.WriteAsync(StreamHeads.Answer(200, "OK"), CancellationToken.None);
            await relays.RunAsync(asker, target.ToString(), new MuxLeg(stream, "opener", metrics), leg);
        }
        finally
        {
            if (agent is not null)
            {
                names.Leave(agent);
            }
        }
    }

    private async Task<StreamRefusal?> CheckAsync(
        AgentCarrier carrier, string authority, CancellationToken cancellationToken) =>
        Read(carrier, authority, out var target) is { } refusal ? refusal
        : target.IsName ? dialer.Check(target.Host)
        : await targets.CheckAsync(target, cancellationToken);

    private static StreamRefusal? Read(AgentCarrier carrier, string authority, out TunnelTarget target)
    {
        target = TunnelTarget.Parse(authority) ?? TunnelTarget.OfName("");
        return target.Host.Length == 0
            ? StreamRefusal.BadHead("The target is host:port, or NAME:0 for a registered name.")
            : (carrier.Caller.Scopes & Scopes.Connect) == 0
                ? StreamRefusal.Of(ErrorCode.Forbidden, "This needs a token with the scope connect.")
                : null;
    }

    private static StreamAsker AskerOf(AgentCarrier carrier) => new(carrier.Caller.Name, carrier.Address);

    private Task SayAsync(
        AgentCarrier carrier, MuxStream stream, string target, StreamRefusal? refusal, byte[] answer) =>
        refusal is null ? SendAsync(stream, answer) : RefuseAsync(carrier, stream, target, refusal);

    private Task RefuseAsync(AgentCarrier carrier, MuxStream stream, string target, StreamRefusal refusal)
    {
        relays.Refuse(AskerOf(carrier), target.Length > MostShown ? target[..MostShown] : target, refusal);
        return SendAsync(stream, StreamHeads.Refusal(refusal));
    }

    /// <summary>The last that is sent: a FIN follows.</summary>
    private static async Task SendAsync(MuxStream stream, byte[] answer)
    {
        await stream.Output.WriteAsync(answer, CancellationToken.None);
        stream.Finish();
    }
}
