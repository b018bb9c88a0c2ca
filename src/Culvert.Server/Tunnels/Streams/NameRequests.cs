using System.Text.Json;
using Culvert.Client.Multiplexing;
using Culvert.Protocol.Rooms;
using Culvert.Server.Pipes.Endpoints;
using Culvert.Server.Rooms;
using Culvert.Server.Tunnels.Agents;
using Culvert.Server.Tunnels.Names;
using Culvert.Server.Tunnels.Targets;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Tunnels.Streams;

/// <summary>Answers requests of agents about their own names: <c>POST /names</c>, <c>DELETE /names/NAME</c>.</summary>
internal sealed partial class NameRequests(
    NameTable names, NameRights rights, TunnelServerOptions options, ILogger<NameRequests> logger)
{
    /// <summary>The path, and the beginning of that of one name.</summary>
    public const string Path = "/names";

    /// <summary>The most of a body, bytes.</summary>
    private const int MaxBodyBytes = 64 * 1024;

    /// <summary>Registers names, all or none.</summary>
    /// <returns>The refusal; null when they are registered, and the answer is the body that came.</returns>
    public async Task<(StreamRefusal? Refusal, byte[] Body)> RegisterAsync(
        AgentCarrier carrier, MuxStream stream, HttpHead head, CancellationToken cancellationToken)
    {
        if ((carrier.Caller.Scopes & Scopes.Listen) == 0)
        {
            return (StreamRefusal.Of(ErrorCode.Forbidden, "This needs a token with the scope listen."), []);
        }

        var length = StreamHeads.BodyLength(head, MaxBodyBytes);
        if (length <= 0)
        {
            var refused = length == 0
                ? StreamRefusal.Of(ErrorCode.MissingField, "The body is missing.")
                : StreamRefusal.Of(ErrorCode.TooLarge, $"The body has a length, of {MaxBodyBytes} bytes at most.");
            return (refused, []);
        }

        if (await StreamHeads.ReadBodyAsync(stream.Input, length, cancellationToken) is not { } body)
        {
            return (StreamRefusal.BadHead("The body is not whole."), []);
        }

        var refusal = Read(body, carrier.Caller.Name, out var wanted) ?? Register(carrier.Session, wanted);
        return (refusal, body);
    }

    /// <summary>Takes a name away from the agent; false when it does not have it.</summary>
    public bool Remove(AgentCarrier carrier, string name) => names.Remove(carrier.Session, name);

    private StreamRefusal? Register(AgentSession session, List<(string Name, string Instance)> wanted)
    {
        var outcome = names.Register(session, wanted);
        foreach (var old in outcome.Replaced)
        {
            var end = StreamCloseCode.TakenOver;
            old.End(end.WebSocketCode, end.Why);
            Log.TakenOver(logger, old.User);
        }

        if (!outcome.IsDone)
        {
            return outcome.Taken is { } name ? StreamRefusal.Of(ErrorCode.NameTaken, $"{name} is another user's.")
                : outcome.IsTooMany
                    ? StreamRefusal.Of(ErrorCode.TooLarge, $"A session may have {options.MaxNames} names.")
                : StreamRefusal.Of(ErrorCode.Draining);
        }

        foreach (var (name, _) in wanted)
        {
            Log.Registered(logger, name, session.User);
        }

        return null;
    }

    private StreamRefusal? Read(byte[] body, string user, out List<(string Name, string Instance)> wanted)
    {
        wanted = [];
        NamesBody? parsed;
        try
        {
            parsed = JsonSerializer.Deserialize(body, NamesJson.Default.NamesBody);
        }
        catch (JsonException)
        {
            return StreamRefusal.Of(ErrorCode.BadJson, "The body is an object with names.");
        }

        if (parsed?.Names is not { Count: > 0 } entries)
        {
            return StreamRefusal.Of(ErrorCode.MissingField, "The member names is missing or empty.");
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in entries)
        {
            if (entry?.Name is not { } name || !TunnelTarget.IsValidName(name))
            {
                return StreamRefusal.Of(
                    ErrorCode.InvalidName,
                    $"A name has 1 to {TunnelTarget.MaxNameLength} of letters, digits, - _ . and no sign in front.");
            }

            if (entry.Instance is not { Length: > 0 and <= NameEntry.MaxInstanceLength } instance || !seen.Add(name))
            {
                return StreamRefusal.Of(
                    ErrorCode.BadField,
                    $"{name}: an instance has 1 to {NameEntry.MaxInstanceLength} characters, and a name comes once.");
            }

            if (!rights.MayRegister(name, user))
            {
                return StreamRefusal.Of(ErrorCode.NameNotAllowed, $"{name} is not for {user}.");
            }

            wanted.Add((name, instance));
        }

        return null;
    }
}
