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
    /// clock and <see cref="Diagnostics.Draining"/> besides.
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
        var services = routes.ServiceProvider;
        var guard = services.GetRequiredService<StoreGuard>();
        void Map(string method, string pattern, RequestDelegate handler) =>
            routes.MapMethods(pattern, [method], guard.Around(handler));

        var rooms = services.GetRequiredService<RoomEndpoints>();
        Map("POST", "/v1/rooms", rooms.CreateAsync);
        Map("GET", "/v1/rooms", rooms.ListAsync);
        Map("GET", "/v1/rooms/{room}", rooms.ShowAsync);
        Map("PATCH", "/v1/rooms/{room}", rooms.ChangeAsync);

        var deletion = services.GetRequiredService<DeletionEndpoints>();
        Map("DELETE", "/v1/rooms/{room}", deletion.DeleteAsync);
        Map("POST", "/v1/rooms/{room}/restore", deletion.RestoreAsync);
        Map("GET", "/v1/audit", services.GetRequiredService<AuditEndpoint>().HandleAsync);

        Map("POST", "/v1/rooms/{room}/messages", services.GetRequiredService<PublishEndpoint>().HandleAsync);
        var messages = services.GetRequiredService<MessageEndpoints>();
        Map("PATCH", "/v1/rooms/{room}/messages/{seq}", messages.EditAsync);
        Map("DELETE", "/v1/rooms/{room}/messages/{seq}", messages.EraseAsync);
        Map("PUT", "/v1/rooms/{room}/messages/{seq}/reactions", messages.ReactAsync);

        var members = services.GetRequiredService<MemberEndpoints>();
        Map("GET", "/v1/rooms/{room}/roster", services.GetRequiredService<RosterEndpoint>().HandleAsync);
        Map("GET", "/v1/rooms/{room}/members", members.ShowAsync);
        Map("POST", "/v1/rooms/{room}/members", members.AddAsync);
        Map("DELETE", "/v1/rooms/{room}/members/{user}", members.RemoveAsync);
        Map("PUT", "/v1/rooms/{room}/read", members.SetReadAsync);

        var moderation = services.GetRequiredService<ModerationEndpoints>();
        foreach (var verb in Verbs)
        {
            Map("POST", $"/v1/rooms/{{room}}/{verb}", context => moderation.ModerateAsync(context, verb));
        }

        Map("POST", "/v1/rooms/{room}/clear", moderation.ClearAsync);

        var commands = services.GetRequiredService<CommandEndpoints>();
        Map("GET", "/v1/rooms/{room}/commands", commands.ListAsync);
        Map("POST", "/v1/rooms/{room}/commands", commands.RunAsync);
        Map("HEAD", "/v1/rooms/{room}/events", services.GetRequiredService<PageEndpoint>().HandleHeadAsync);
    }
}
