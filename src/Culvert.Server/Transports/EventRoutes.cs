using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Culvert.Server.Transports;

/// <summary>Where events are read: one resource a room, the transport by negotiation, and the WebSockets.</summary>
internal static class EventRoutes
{
    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        var guard = routes.ServiceProvider.Get<StoreGuard>();
        RequestDelegate Late(Func<IServiceProvider, RequestDelegate> find) => guard.Around(routes.Late(find));

        // GET over HTTP/1.1, CONNECT over HTTP/2 (RFC 8441); the handshake refuses everything else.
        routes.Map("/v1/ws", Late(static s => s.Get<WebSocketTransport>().HandleAsync)).AcceptsTickets();
        routes.Map("/ws/{room}", Late(static s => s.Get<WebSocketTransport>().HandlePlainAsync)).AcceptsTickets();
        routes.MapGet(
            "/v1/rooms/{room}/events",
            Late(static s => OfRoom(s.Get<StreamTransport>(), s.Get<PageEndpoint>()))).AcceptsTickets();
        routes.MapGet("/v1/events", Late(static s => OfRooms(s.Get<StreamTransport>()))).AcceptsTickets();
    }

    private static RequestDelegate OfRoom(StreamTransport streams, PageEndpoint pages) =>
        context => Negotiation.Choose(context.Request) switch
        {
            EventsFormat.EventStream => streams.HandleRoomAsync(context, Face.EventStream),
            EventsFormat.Ndjson => streams.HandleRoomAsync(context, Face.Ndjson),
            EventsFormat.Json => pages.HandleAsync(context),
            _ => ProblemWriter.WriteAsync(context, ErrorCode.NotAcceptable),
        };

    private static RequestDelegate OfRooms(StreamTransport streams) =>
        context => Negotiation.Choose(context.Request) switch
        {
            EventsFormat.EventStream => streams.HandleRoomsAsync(context, Face.EventStream),
            EventsFormat.Ndjson => streams.HandleRoomsAsync(context, Face.Ndjson),
            _ => ProblemWriter.WriteAsync(
                context, ErrorCode.NotAcceptable, "Several rooms come as application/x-ndjson or text/event-stream."),
        };
}
