using Culvert.Chat.Accounts;
using Culvert.Chat.Admin;
using Culvert.Chat.Assets;
using Culvert.Chat.Rooms;
using Culvert.Server.Files;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Chat.Pages;

/// <summary>The services and addresses of all pages but that of a room.</summary>
internal static class PageRoutes
{
    public static IServiceCollection AddPages(this IServiceCollection services) => services
        .AddSingleton<HomePages>()
        .AddSingleton<PreferencePages>()
        .AddSingleton<SignInForm>()
        .AddSingleton<SignInPages>()
        .AddSingleton<ConfirmPages>()
        .AddSingleton<RegisterPages>()
        .AddSingleton<SetupPages>()
        .AddSingleton<ResetPages>()
        .AddSingleton<SettingsPages>()
        .AddSingleton<RoomsPages>()
        .AddSingleton<RoomSettingsPages>()
        .AddSingleton<SearchPages>()
        .AddSingleton<AdminPages>();

    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetRequiredService<SiteOptions>().Root is null)
        {
            MapFrontDoor(routes);
        }

        routes.MapPost("/preferences", routes.ServiceProvider.GetRequiredService<PreferencePages>().SetAsync);
        MapAccounts(routes);
        MapRooms(routes);
        MapAdmin(routes);

        // The rest under /chat is no file either: it gets the chat's own page.
        routes.MapGet("/chat/{**path}", static context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    /// <summary>Where no site of the operator's own has these addresses.</summary>
    private static void MapFrontDoor(IEndpointRouteBuilder routes)
    {
        var assets = routes.ServiceProvider.GetRequiredService<AssetStore>();
        routes.MapGet("/", routes.ServiceProvider.GetRequiredService<HomePages>().ShowAsync);
        routes.MapGet("/robots.txt", HomePages.RobotsAsync);
        routes.MapGet("/favicon.ico", context =>
        {
            context.Response.Redirect(assets.PathOf("images/icon.svg"));
            return Task.CompletedTask;
        });
    }

    private static void MapAccounts(IEndpointRouteBuilder routes)
    {
        var signIn = routes.ServiceProvider.GetRequiredService<SignInPages>();
        routes.MapGet("/login", signIn.ShowAsync);
        routes.MapPost("/login", signIn.SignInAsync);
        routes.MapPost("/logout", signIn.SignOutAsync);

        var register = routes.ServiceProvider.GetRequiredService<RegisterPages>();
        routes.MapGet("/register", register.ShowAsync);
        routes.MapPost("/register", register.RegisterAsync);
        routes.MapGet("/join/{token}", register.ShowInviteAsync);
        routes.MapPost("/join/{token}", register.TakeInviteAsync);

        var setup = routes.ServiceProvider.GetRequiredService<SetupPages>();
        routes.MapGet("/setup", setup.ShowAsync);
        routes.MapPost("/setup", setup.CreateAsync);

        var reset = routes.ServiceProvider.GetRequiredService<ResetPages>();
        routes.MapGet("/reset/{token}", reset.ShowAsync);
        routes.MapPost("/reset/{token}", reset.SetAsync);

        var settings = routes.ServiceProvider.GetRequiredService<SettingsPages>();
        routes.MapGet("/chat/settings", settings.ShowAsync);
        routes.MapPost("/chat/settings/profile", settings.SetProfileAsync);
        routes.MapPost("/chat/settings/avatar/delete", settings.DeleteAvatarAsync);
        routes.MapPost("/chat/settings/password", settings.SetPasswordAsync);
        routes.MapPost("/chat/settings/sessions/revoke", settings.RevokeSessionAsync);
        routes.MapPost("/chat/settings/tokens", settings.MintAsync);
        routes.MapPost("/chat/settings/tokens/revoke", settings.RevokeTokenAsync);
    }

    private static void MapRooms(IEndpointRouteBuilder routes)
    {
        var rooms = routes.ServiceProvider.GetRequiredService<RoomsPages>();
        routes.MapGet("/chat/rooms", rooms.ShowAsync);
        routes.MapPost("/chat/rooms", rooms.CreateAsync);
        routes.MapPost("/chat/direct", rooms.DirectAsync);
        routes.MapPost("/chat/rooms/{room}/join", rooms.JoinAsync);
        routes.MapPost("/chat/rooms/{room}/leave", rooms.LeaveAsync);
        routes.MapPost("/chat/rooms/{room}/restore", rooms.RestoreAsync);

        var settings = routes.ServiceProvider.GetRequiredService<RoomSettingsPages>();
        routes.MapGet("/chat/rooms/{room}/settings", settings.ShowAsync);
        routes.MapPost("/chat/rooms/{room}/settings", settings.ChangeAsync);
        routes.MapPost("/chat/rooms/{room}/members", settings.AddAsync);
        routes.MapPost("/chat/rooms/{room}/moderate", settings.ModerateAsync);
        routes.MapPost("/chat/rooms/{room}/invites", settings.InviteAsync);
        routes.MapPost("/chat/rooms/{room}/invites/revoke", settings.RevokeAsync);
        routes.MapPost("/chat/rooms/{room}/delete", settings.DeleteAsync);

        routes.MapGet("/chat/search", routes.ServiceProvider.GetRequiredService<SearchPages>().ShowAsync);
    }

    private static void MapAdmin(IEndpointRouteBuilder routes)
    {
        var admin = routes.ServiceProvider.GetRequiredService<AdminPages>();
        routes.MapGet("/chat/admin", admin.ShowAsync);
        routes.MapPost("/chat/admin/users", admin.ChangeUserAsync);
        routes.MapPost("/chat/admin/reset", admin.ResetAsync);
        routes.MapPost("/chat/admin/invites", admin.InviteAsync);
        routes.MapPost("/chat/admin/invites/revoke", admin.RevokeAsync);
    }
}
