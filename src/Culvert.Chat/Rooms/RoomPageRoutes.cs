using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Chat.Rooms;

/// <summary>The addresses of one room's page.</summary>
internal static class RoomPageRoutes
{
    public static void MapRoomPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<RoomPages>();
        routes.MapGet("/chat/rooms/{room}", pages.ShowAsync);
        routes.MapPost("/chat/rooms/{room}", pages.PostAsync);
        routes.MapGet("/chat/rooms/{room}/page", pages.ReadAsync);
    }
}
