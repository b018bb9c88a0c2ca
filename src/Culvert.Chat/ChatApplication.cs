using Culvert.Chat.Accounts;
using Culvert.Chat.Assets;
using Culvert.Chat.Pages;
using Culvert.Chat.Rooms;
using Culvert.Chat.Texts;
using Culvert.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Chat;

/// <summary>The chat on top of the server: its parts and its addresses, as one visible list.</summary>
public static class ChatApplication
{
    /// <param name="hint">The next thing to type, given the first address.</param>
    public static ServerHooks Hooks(Func<string, string> hint) => Hooks(hint, new ChatOptions());

    /// <param name="hint">The next thing to type, given the first address.</param>
    /// <param name="options">What stands until the settings are read, if they are.</param>
    internal static ServerHooks Hooks(Func<string, string> hint, ChatOptions options) => new()
    {
        ReadSettings = reader => options = ChatSettings.Read(reader),
        AddServices = services => AddServices(services, options),
        UseMiddleware = UseMiddleware,
        MapEndpoints = MapEndpoints,
        Hint = hint,
    };

    private static void AddServices(IServiceCollection services, ChatOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<FormGuard>();
        services.AddSingleton(static _ => new AssetStore());
        services.AddSingleton<TextCatalogue>();
        services.AddSingleton<JoinedRooms>();
        services.AddSingleton<PageWriter>();
        services.AddSingleton<PageApi>();
        services.AddSingleton<ErrorPages>();
        services.AddPages();
        services.AddSingleton<RoomHistory>();
        services.AddSingleton<RoomPages>();
        services.AddContent();
    }

    private static void UseMiddleware(IApplicationBuilder app) =>
        app.Use(app.ApplicationServices.GetRequiredService<ErrorPages>().InvokeAsync);

    private static void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.MapAssets();
        routes.MapPages();
        routes.MapRoomPages();
        routes.MapContent();
    }
}
