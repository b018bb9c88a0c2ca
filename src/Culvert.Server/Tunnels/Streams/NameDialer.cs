using System.Text.Json;
using Culvert.Client.Multiplexing;
using Culvert.Protocol.Rooms;
using Culvert.Server.Pipes.Endpoints;
using Culvert.Server.Tunnels.Agents;
using Culvert.Server.Tunnels.Names;
using Culvert.Server.Tunnels.Targets;

namespace Culvert.Server.Tunnels.Streams;

/// <summary>Opens streams to names: asks the agents behind one, until one of them reaches its target.</summary>
internal sealed class NameDialer(
    NameTable names, TargetRules rules, TunnelMetrics metrics, TunnelServerOptions options, TimeProvider time)
{
    /// <summary>The most of a refusal that is read, bytes.</summary>
    private const int MaxRefusalBytes = 4096;

    private const int MaxDetail = 200;

    /// <summary>So much longer than to its own target an agent may take to answer.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Opens a stream; its agent has answered then.</summary>
    /// <param name="name">A valid name.</param>
    /// <param name="asker">Who wants it.</param>
    /// <param name="cancellationToken">Fires when nobody waits any more; then the exception passes.</param>
    public async Task<NameOpening> OpenAsync(string name, StreamAsker asker, CancellationToken cancellationToken)
    {
        if (!rules.AllowsName(name))
        {
            return NameOpening.Refused(StreamRefusal.NotAllowed(name));
        }

        var tried = new List<Registration>();
        StreamRefusal? refusal = null;
        while (refusal?.Code != ErrorCode.TargetTimeout && names.Enter(name, tried) is { } agent)
        {
            tried.Add(agent);
            MuxLeg? leg = null;
            try
            {
                (leg, var why) = await AskAsync(agent, asker, cancellationToken);
                names.Report(agent, isUp: leg is not null);
                if (leg is not null)
                {
                    return new NameOpening(leg, agent, null);
                }

                refusal = why ?? refusal;
            }
            finally
            {
                if (leg is null)
                {
                    names.Leave(agent);
                }
            }
        }

        return NameOpening.Refused(refusal ?? StreamRefusal.NameAbsent(name));
    }

    /// <summary>Whether there is somebody to ask; null when there is.</summary>
    public StreamRefusal? Check(string name) =>
        !rules.AllowsName(name) ? StreamRefusal.NotAllowed(name)
        : names.Contains(name) ? null
        : StreamRefusal.NameAbsent(name);

    /// <summary>Asks one agent. Neither a stream nor a refusal: it has gone, or takes no streams.</summary>
    private async Task<(MuxLeg? Leg, StreamRefusal? Refusal)> AskAsync(
        Registration agent, StreamAsker asker, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.DialTimeout + Grace, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        MuxStream? stream = null;
        var isJoined = false;
        try
        {
            stream = await agent.Session.OpenAsync(either.Token);
            if (stream is null)
            {
                return default;
            }

            await stream.Output.WriteAsync(StreamHeads.Connect(agent.Name, asker), either.Token);
            var (head, _) = await StreamHeads.ReadAsync(stream.Input, either.Token);
            if (head is null || !StreamHeads.IsAnswer(head))
            {
                return stream.End is MuxStreamEnd.CarrierLost or MuxStreamEnd.SessionClosed or MuxStreamEnd.Refused
                    ? default
                    : (null, StreamRefusal.Unreachable("the agent gave no proper answer", "http_protocol_error"));
            }

            isJoined = head.Status == 200;
            return isJoined
                ? (new MuxLeg(stream, agent.Name, metrics), null)
                : (null, await ReadRefusalAsync(stream, head, either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, StreamRefusal.TimedOut("the agent did not answer in time"));
        }
        finally
        {
            if (stream is not null && !isJoined)
            {
                stream.Abort();
                await stream.DisposeAsync();
            }
        }
    }

    /// <summary>
    /// What the agent said, in the words of this server: the agent is nobody's authority but for its target.
    /// </summary>
    private static async ValueTask<StreamRefusal> ReadRefusalAsync(
        MuxStream stream, HttpHead head, CancellationToken cancellationToken)
    {
        var length = StreamHeads.BodyLength(head, MaxRefusalBytes);
        var body = length > 0 ? await StreamHeads.ReadBodyAsync(stream.Input, length, cancellationToken) : null;
        var why = DetailOf(body) ?? "the agent did not reach its target";
        return head.Status == ErrorCode.TargetTimeout.Status
            ? StreamRefusal.TimedOut(why)
            : StreamRefusal.Unreachable(why);
    }

    private static string? DetailOf(byte[]? body)
    {
        try
        {
            var detail = JsonSerializer.Deserialize(body, RoomJson.Default.Problem)?.Detail;
            return detail is null ? null : string.Concat(detail.Where(c => !char.IsControl(c)).Take(MaxDetail));
        }
        catch (JsonException)
        {
            // Some other body; the status says enough.
            return null;
        }
    }
}
