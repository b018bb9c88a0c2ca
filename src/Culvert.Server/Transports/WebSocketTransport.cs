using Culvert.Protocol.Rooms;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Accounts;
using Culvert.Server.Connections;
using Culvert.Server.Rooms;
using Culvert.Server.Transports.Commands;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Transports;

/// <summary>Rooms over WebSocket: <c>/v1/ws</c>, all rooms on one, and the plain face <c>/ws/{room}</c>.</summary>
internal sealed partial class WebSocketTransport(
    RoomDirectory rooms,
    WriterLoops loops,
    UpgradeGate gate,
    RoomCommands commands,
    Credentials credentials,
    RoomOptions options,
    TimeProvider time,
    ILogger<WebSocketTransport> logger)
{
    private readonly WebSocketReaderOptions _plain = new() { MaxMessageBytes = options.MaxMessageBytes };
    private readonly WebSocketReaderOptions _deflated =
        new() { MaxMessageBytes = options.MaxMessageBytes, Deflate = true };

    /// <summary>Handles <c>GET /v1/ws</c>.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (await gate.AdmitAsync(context, ["culvert.v1"]) is not { } admitted)
        {
            return;
        }

        var (caller, deflates) = (admitted.Caller, admitted.Handshake.Deflate);
        var connection = await AcceptAsync(context, admitted);
        await connection.RunAsync(context, () => ServeAsync(connection, caller, deflates));
    }

    /// <summary>Handles <c>GET /ws/{room}</c>.</summary>
    public async Task HandlePlainAsync(HttpContext context)
    {
        if (await gate.AdmitAsync(context, []) is not { } admitted)
        {
            return;
        }

        var (caller, deflates) = (admitted.Caller, admitted.Handshake.Deflate);
        (Room Room, Since Since)? place = null;
        try
        {
            place = await PlaceAsync(context, caller);
        }
        finally
        {
            if (place is null)
            {
                gate.Leave(caller);
            }
        }

        if (place is var (room, since))
        {
            var connection = await AcceptAsync(context, admitted);
            await connection.RunAsync(context, () => ServePlainAsync(connection, caller, deflates, room, since));
        }
    }

    /// <summary>The connection, which is counted until its session has ended; what throws has not begun one.</summary>
    private async Task<WebSocketConnection> AcceptAsync(HttpContext context, Admitted admitted)
    {
        try
        {
            return await WebSocketConnection.AcceptAsync(context, admitted.Handshake, time);
        }
        catch
        {
            gate.Leave(admitted.Caller);
            throw;
        }
    }

    /// <summary>The room that is asked for and where to begin in it; null, and the request is answered.</summary>
    private async Task<(Room Room, Since Since)?> PlaceAsync(HttpContext context, Caller caller)
    {
        var name = (string)context.Request.RouteValues["room"]!;
        var entry = await rooms.EnterAsync(caller, name, Capability.Read, context.RequestAborted);
        var bad = StreamQuery.TryRead(context, out var query);
        if ((entry.Refusal ?? bad) is { } refusal)
        {
            await Refusals.WriteAsync(context, refusal);
            return null;
        }

        return (entry.Room!, query.Since);
    }

    private async Task ServeAsync(WebSocketConnection connection, Caller caller, bool deflates)
    {
        try
        {
            var face = deflates ? Face.DeflatedFrame : Face.Frame;
            var subscriber = NewSubscriber(connection, face, caller, endsWithRooms: false);
            var session = new WebSocketSession(subscriber, rooms, options, time, AuthenticateAsync);
            subscriber.Start();
            subscriber.Send(Hello());
            await RunAsync(connection, subscriber, session, deflates, () => session.RefusedWith);
            session.Ended();
        }
        finally
        {
            gate.Leave(caller);
        }
    }

    private async Task ServePlainAsync(
        WebSocketConnection connection, Caller caller, bool deflates, Room room, Since since)
    {
        try
        {
            var subscriber = NewSubscriber(connection, Face.PlainFrame, caller, endsWithRooms: true);
            var session = new PlainSession(subscriber, room.Name, rooms, commands, options, time);
            subscriber.Start();
            var subscription = new Subscription(room, subscriber, since, GapPolicy.Oldest);
            if (await rooms.EnterAsync(subscription, CancellationToken.None) is null)
            {
                subscriber.Attach(subscription);
            }
            else
            {
                subscriber.End(StreamCloseCode.Overloaded, 1000);
            }

            await RunAsync(connection, subscriber, session, deflates, () => session.RefusedWith);
        }
        finally
        {
            gate.Leave(caller);
        }
    }

    /// <summary>Runs one connection to its end: whichever side ends first, the other is told.</summary>
    private async Task RunAsync(
        WebSocketConnection connection,
        Subscriber subscriber,
        IWebSocketReceiver receiver,
        bool deflates,
        Func<int> refusedWith)
    {
        var caller = subscriber.Caller.Name;
        var started = time.GetTimestamp();
        using var reader = new WebSocketReader(deflates ? _deflated : _plain);
        var reading = connection.ReceiveAsync(reader, receiver);
        await Task.WhenAny(reading, subscriber.Finished);
        var end = new WebSocketEnd(0, "");
        if (!subscriber.Finished.IsCompleted)
        {
            end = WebSocketEnd.Of(await reading, refusedWith());
            if (end.Answer is { } answer)
            {
                subscriber.End(new Goodbye(null, answer));
            }
            else
            {
                subscriber.Lost();
            }
        }

        if (await subscriber.Finished is { } code)
        {
            end = new WebSocketEnd(code.WebSocketCode, code.Why);
        }

        await connection.EndAsync(reading);
        var milliseconds = (long)time.GetElapsedTime(started).TotalMilliseconds;
        Log.Ended(logger, caller, subscriber.Face, end.Code, end.Why, subscriber.BytesSent, milliseconds);
    }

    private Subscriber NewSubscriber(WebSocketConnection connection, Face face, Caller caller, bool endsWithRooms) =>
        new(loops.Pick(), connection.Outlet, face, caller) { EndsWithRooms = endsWithRooms, Ping = Frames.Ping };

    private async ValueTask<Caller?> AuthenticateAsync(string token) =>
        (await credentials.FindTokenAsync(token, CancellationToken.None)).Caller;

    private byte[] Hello()
    {
        var line = Lines.Rent();
        EventWriter.WriteHello(line, new ServerLimits
        {
            MaxFrameBytes = options.MaxMessageBytes,
            MaxMessageBytes = options.MaxMessageBytes,
            MaxRooms = options.MaxRoomsPerConnection,
            PublishPerSecond = options.PublishPerSecond,
            PublishBurst = options.PublishBurst,
            HeartbeatMilliseconds = (int)options.PingInterval.TotalMilliseconds,
            IdleMilliseconds = (int)options.PongTimeout.TotalMilliseconds,
        });
        return Frames.Text(line.WrittenSpan);
    }
}
