using Culvert.Protocol.EventStreams;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Connections;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Transports;

/// <summary>Rooms as server-sent events or NDJSON: a response that goes on until one side ends it.</summary>
internal sealed partial class StreamTransport(
    RoomDirectory rooms,
    WriterLoops loops,
    ConnectionLimits limits,
    Draining draining,
    TimeProvider time,
    ILogger<StreamTransport> logger)
{
    /// <summary>The wait of a browser's <c>EventSource</c> before it comes back: resuming is cheap.</summary>
    private const int RetryMilliseconds = 2000;

    /// <summary>Handles <c>GET /v1/rooms/{room}/events</c> for the two streaming faces.</summary>
    public async Task HandleRoomAsync(HttpContext context, Face face)
    {
        if (await AdmitAsync(context) is not { } caller)
        {
            return;
        }

        try
        {
            var name = (string)context.Request.RouteValues["room"]!;
            if (StreamQuery.TryRead(context, out var query) is { } bad)
            {
                await Refusals.WriteAsync(context, bad);
                return;
            }

            var entry = await rooms.EnterAsync(caller, name, Capability.Read, context.RequestAborted);
            if (entry.Room is not { } room)
            {
                await Refusals.WriteAsync(context, entry.Refusal!);
                return;
            }

            var outlet = new PipeOutlet(context.Response.BodyWriter);
            var subscriber = new Subscriber(loops.Pick(), outlet, face, caller) { EndsWithRooms = true };
            await RunAsync(context, subscriber, outlet, [new Subscription(room, subscriber, query.Since, query.Gap)]);
        }
        finally
        {
            limits.Exit(caller);
        }
    }

    /// <summary>Handles <c>GET /v1/events?room=a&amp;room=b</c>.</summary>
    public async Task HandleRoomsAsync(HttpContext context, Face face)
    {
        if (await AdmitAsync(context) is not { } caller)
        {
            return;
        }

        try
        {
            if (StreamQuery.TryRead(context, out var query, several: true) is { } bad)
            {
                await Refusals.WriteAsync(context, bad);
                return;
            }

            var (places, refusal) = await PlacesAsync(context, caller, query);
            if (refusal is not null)
            {
                await Refusals.WriteAsync(context, refusal);
                return;
            }

            var outlet = new PipeOutlet(context.Response.BodyWriter);
            face = face == Face.EventStream ? Face.EventStreamBody : face;
            var subscriber = new Subscriber(loops.Pick(), outlet, face, caller)
            {
                EndsWithRooms = true,
                IsMultiRoom = true,
                ExpectedRooms = places.Count,
            };
            var subscriptions = places.ConvertAll(
                place => new Subscription(place.Room, subscriber, place.Since, query.Gap));
            await RunAsync(context, subscriber, outlet, subscriptions);
        }
        finally
        {
            limits.Exit(caller);
        }
    }

    private async ValueTask<Caller?> AdmitAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Read) is not { } caller)
        {
            return null;
        }

        var refusal = draining.IsDraining ? ErrorCode.Draining
            : !limits.TryEnter(caller) ? ErrorCode.TooManyConnections
            : null;
        if (refusal is null)
        {
            return caller;
        }

        await ProblemWriter.WriteAsync(context, refusal, null, TimeSpan.FromSeconds(2));
        return null;
    }

    /// <summary>Each named room with its start: of the token when there is one, else the same for all.</summary>
    private async ValueTask<(List<(Room Room, Since Since)> Places, Refusal? Refusal)> PlacesAsync(
        HttpContext context, Caller caller, StreamQuery query)
    {
        List<(Room, Since)> places = [];
        var cursors = new Dictionary<string, RoomCursor>(StringComparer.Ordinal);
        if (query.Token is { } token)
        {
            if (!CursorSet.TryDecode(token, out var decoded))
            {
                return (places, new Refusal(ErrorCode.BadCursor));
            }

            foreach (var (name, cursor) in decoded)
            {
                cursors[name] = cursor;
            }
        }

        var names = context.Request.Query["room"];
        if (names.Count == 0)
        {
            return (places, new Refusal(ErrorCode.MissingField, "Name at least one room: ?room=lobby"));
        }

        if (names.Count > CursorSet.MaxRooms)
        {
            return (places, new Refusal(ErrorCode.TooManyRooms));
        }

        foreach (var name in names)
        {
            var entry = await rooms.EnterAsync(caller, name ?? "", Capability.Read, context.RequestAborted);
            if (entry.Room is not { } room)
            {
                return (places, entry.Refusal);
            }

            if (places.Exists(place => place.Item1 == room))
            {
                return (places, new Refusal(ErrorCode.AlreadySubscribed, $"The room {room.Name} is named twice."));
            }

            // A room that the token does not know was added since: it starts now.
            places.Add((room, cursors.TryGetValue(room.Name, out var cursor) ? Since.After(cursor) : query.Since));
        }

        return (places, null);
    }

    private async Task RunAsync(
        HttpContext context, Subscriber subscriber, PipeOutlet outlet, List<Subscription> subscriptions)
    {
        for (var i = 0; i < subscriptions.Count; i++)
        {
            if (await rooms.EnterAsync(subscriptions[i], CancellationToken.None) is { } refusal)
            {
                foreach (var entered in subscriptions.Take(i))
                {
                    entered.Room.Exit(entered);
                }

                await Refusals.WriteAsync(context, refusal);
                return;
            }
        }

        var started = time.GetTimestamp();
        Begin(context, subscriber.Face);
        if (!subscriber.IsMultiRoom)
        {
            // A reader that is cut off before `ready` knows offsets; with this it has cursors.
            context.Response.Headers["Culvert-Epoch"] = subscriptions[0].Room.Epoch;
        }

        await using var aborted = context.RequestAborted.UnsafeRegister(
            static state => ((Subscriber)state!).Lost(), subscriber);
        try
        {
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The subscriber hears of it too, and the room counts the reader out.
        }

        subscriber.Start();
        foreach (var subscription in subscriptions)
        {
            subscriber.Attach(subscription);
        }

        var code = await subscriber.Finished;
        await outlet.Quiet;
        var milliseconds = (long)time.GetElapsedTime(started).TotalMilliseconds;
        var why = code?.Why ?? "client left";
        Log.Ended(logger, subscriber.Caller.Name, subscriber.Face, why, subscriber.BytesSent, milliseconds);
        if (code == StreamCloseCode.TooSlow)
        {
            // Without a last chunk the client sees a broken end, which it is, and comes back with its cursor.
            context.Abort();
        }
    }

    private static void Begin(HttpContext context, Face face)
    {
        var response = context.Response;
        response.ContentType = face == Face.Ndjson ? "application/x-ndjson" : "text/event-stream";
        response.Headers.CacheControl = "no-store";

        // nginx would collect the stream in its buffers otherwise.
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            // A reader may be as slow as it likes: it costs a bounded few KB, and a stall has its own limit.
            rate.MinDataRate = null;
        }

        if (face != Face.Ndjson)
        {
            EventStreamWriter.WriteRetry(response.BodyWriter, RetryMilliseconds);
        }
    }
}
