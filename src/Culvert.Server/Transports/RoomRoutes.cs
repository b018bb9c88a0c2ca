using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Culvert.Server.Transports.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Server.Transports;

/// <summary>The services and addresses of the API of rooms, all but the streams and sockets.</summary>
internal static class RoomRoutes
{
    /// <summary>Methods of <c>/v1/rooms/{room}/…</c> that moderators post.</summary>
    private static readonly string[] Verbs = ["kick", "ban", "unban", "mute", "unmute"];

    /// <summary>
    /// Needs the room directory, its store, the users, the writer loops, the options, the limits of connections, a
    /// clock and <see cref="Draining"/> besides.
    /// </summary>
    public static IServiceCollection AddRoomApi(this IServiceCollection services) => services
        .AddSingleton<Moderation>()
        .AddSingleton<MemberActs>()
        .AddSingleton<RoomCommands>()
        .AddSingleton<CommandEndpoints>()
        .AddSingleton<RoomQuota>()
        .AddSingleton<DirectRooms>()
        .AddSingleton<DirectRoomEndpoint>()
        .AddSingleton<DeletedRooms>()
        .AddSingleton<DeletionEndpoints>()
        .AddSingleton<RosterEndpoint>()
        .AddSingleton<AuditEndpoint>()
        .AddSingleton<LongPoll>()
        .AddSingleton<StoreGuard>()
        .AddSingleton<PublishEndpoint>()
        .AddSingleton<MessageEndpoints>()
        .AddSingleton<RoomPager>()
        .AddSingleton<RoomEndpoints>()
        .AddSingleton<MemberEndpoints>()
        .AddSingleton<ModerationEndpoints>()
        .AddSingleton<PageEndpoint>();

    /// <summary>
    /// Maps everything but <c>GET /v1/rooms/{room}/events</c>, which goes by <see cref="Negotiation"/> to a stream or
    /// to <see cref="PageEndpoint.HandleAsync"/>.
    /// </summary>
    public static void MapRoomApi(this IEndpointRouteBuilder routes)
    {
        var guard = routes.ServiceProvider.Get<StoreGuard>();
        void Map(string method, string pattern, Func<IServiceProvider, RequestDelegate> find) =>
            routes.MapMethods(pattern, [method], guard.Around(routes.Late(find)));

        Map("POST", "/v1/rooms", static s => s.Get<RoomEndpoints>().CreateAsync);
        Map("GET", "/v1/rooms", static s => s.Get<RoomEndpoints>().ListAsync);
        Map("GET", "/v1/rooms/{room}", static s => s.Get<RoomEndpoints>().ShowAsync);
        Map("PATCH", "/v1/rooms/{room}", static s => s.Get<RoomEndpoints>().ChangeAsync);
        Map("DELETE", "/v1/rooms/{room}", static s => s.Get<DeletionEndpoints>().DeleteAsync);
        Map("POST", "/v1/rooms/{room}/restore", static s => s.Get<DeletionEndpoints>().RestoreAsync);
        Map("GET", "/v1/audit", static s => s.Get<AuditEndpoint>().HandleAsync);

        Map("POST", "/v1/rooms/{room}/messages", static s => s.Get<PublishEndpoint>().HandleAsync);
        Map("PATCH", "/v1/rooms/{room}/messages/{seq}", static s => s.Get<MessageEndpoints>().EditAsync);
        Map("DELETE", "/v1/rooms/{room}/messages/{seq}", static s => s.Get<MessageEndpoints>().EraseAsync);
        Map("PUT", "/v1/rooms/{room}/messages/{seq}/reactions", static s => s.Get<MessageEndpoints>().ReactAsync);

        Map("GET", "/v1/rooms/{room}/roster", static s => s.Get<RosterEndpoint>().HandleAsync);
        Map("GET", "/v1/rooms/{room}/members", static s => s.Get<MemberEndpoints>().ShowAsync);
        Map("POST", "/v1/rooms/{room}/members", static s => s.Get<MemberEndpoints>().AddAsync);
        Map("DELETE", "/v1/rooms/{room}/members/{user}", static s => s.Get<MemberEndpoints>().RemoveAsync);
        Map("PUT", "/v1/rooms/{room}/read", static s => s.Get<MemberEndpoints>().SetReadAsync);

        foreach (var verb in Verbs)
        {
            Map("POST", $"/v1/rooms/{{room}}/{verb}", s =>
            {
                var moderation = s.Get<ModerationEndpoints>();
                return context => moderation.ModerateAsync(context, verb);
            });
        }

        Map("POST", "/v1/rooms/{room}/clear", static s => s.Get<ModerationEndpoints>().ClearAsync);
        Map("GET", "/v1/rooms/{room}/commands", static s => s.Get<CommandEndpoints>().ListAsync);
        Map("POST", "/v1/rooms/{room}/commands", static s => s.Get<CommandEndpoints>().RunAsync);
        Map("HEAD", "/v1/rooms/{room}/events", static s => s.Get<PageEndpoint>().HandleHeadAsync);
    }
}
