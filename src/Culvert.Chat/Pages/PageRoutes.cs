using Culvert.Chat.Accounts;
using Culvert.Chat.Admin;
using Culvert.Chat.Assets;
using Culvert.Chat.Rooms;
using Culvert.Server.Diagnostics;
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

        var preferences = new Late<PreferencePages>(routes.ServiceProvider);
        routes.MapForm("/preferences", preferences.To(static p => p.SetAsync));
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
        var assets = new Late<AssetStore>(routes.ServiceProvider);
        var home = new Late<HomePages>(routes.ServiceProvider);
        routes.MapGet("/", home.To(static p => p.ShowAsync));
        routes.MapGet("/robots.txt", HomePages.RobotsAsync);
        routes.MapGet("/favicon.ico", context =>
        {
            context.Response.Redirect(assets.Value.PathOf("images/icon.svg"));
            return Task.CompletedTask;
        });
    }

    private static void MapAccounts(IEndpointRouteBuilder routes)
    {
        var signIn = new Late<SignInPages>(routes.ServiceProvider);
        routes.MapGet("/login", signIn.To(static p => p.ShowAsync));
        routes.MapForm("/login", signIn.To(static p => p.SignInAsync));
        routes.MapForm("/logout", signIn.To(static p => p.SignOutAsync));

        var register = new Late<RegisterPages>(routes.ServiceProvider);
        routes.MapGet("/register", register.To(static p => p.ShowAsync));
        routes.MapForm("/register", register.To(static p => p.RegisterAsync));
        routes.MapGet("/join/{token}", register.To(static p => p.ShowInviteAsync));
        routes.MapForm("/join/{token}", register.To(static p => p.TakeInviteAsync));

        var setup = new Late<SetupPages>(routes.ServiceProvider);
        routes.MapGet("/setup", setup.To(static p => p.ShowAsync));
        routes.MapForm("/setup", setup.To(static p => p.CreateAsync));

        var reset = new Late<ResetPages>(routes.ServiceProvider);
        routes.MapGet("/reset/{token}", reset.To(static p => p.ShowAsync));
        routes.MapForm("/reset/{token}", reset.To(static p => p.SetAsync));

        var settings = new Late<SettingsPages>(routes.ServiceProvider);
        routes.MapGet("/chat/settings", settings.To(static p => p.ShowAsync));
        routes.MapForm("/chat/settings/profile", settings.To(static p => p.SetProfileAsync));
        routes.MapForm("/chat/settings/avatar/delete", settings.To(static p => p.DeleteAvatarAsync));
        routes.MapForm("/chat/settings/password", settings.To(static p => p.SetPasswordAsync));
        routes.MapForm("/chat/settings/sessions/revoke", settings.To(static p => p.RevokeSessionAsync));
        routes.MapForm("/chat/settings/tokens", settings.To(static p => p.MintAsync));
        routes.MapForm("/chat/settings/tokens/revoke", settings.To(static p => p.RevokeTokenAsync));
    }

    private static void MapRooms(IEndpointRouteBuilder routes)
    {
        var rooms = new Late<RoomsPages>(routes.ServiceProvider);
        routes.MapGet("/chat/rooms", rooms.To(static p => p.ShowAsync));
        routes.MapForm("/chat/rooms", rooms.To(static p => p.CreateAsync));
        routes.MapForm("/chat/direct", rooms.To(static p => p.DirectAsync));
        routes.MapForm("/chat/rooms/{room}/join", rooms.To(static p => p.JoinAsync));
        routes.MapForm("/chat/rooms/{room}/leave", rooms.To(static p => p.LeaveAsync));
        routes.MapForm("/chat/rooms/{room}/restore", rooms.To(static p => p.RestoreAsync));

        var settings = new Late<RoomSettingsPages>(routes.ServiceProvider);
        routes.MapGet("/chat/rooms/{room}/settings", settings.To(static p => p.ShowAsync));
        routes.MapForm("/chat/rooms/{room}/settings", settings.To(static p => p.ChangeAsync));
        routes.MapForm("/chat/rooms/{room}/members", settings.To(static p => p.AddAsync));
        routes.MapForm("/chat/rooms/{room}/moderate", settings.To(static p => p.ModerateAsync));
        routes.MapForm("/chat/rooms/{room}/invites", settings.To(static p => p.InviteAsync));
        routes.MapForm("/chat/rooms/{room}/invites/revoke", settings.To(static p => p.RevokeAsync));
        routes.MapForm("/chat/rooms/{room}/delete", settings.To(static p => p.DeleteAsync));

        var search = new Late<SearchPages>(routes.ServiceProvider);
        routes.MapGet("/chat/search", search.To(static p => p.ShowAsync));
    }

    private static void MapAdmin(IEndpointRouteBuilder routes)
    {
        var admin = new Late<AdminPages>(routes.ServiceProvider);
        routes.MapGet("/chat/admin", admin.To(static p => p.ShowAsync));
        routes.MapForm("/chat/admin/users", admin.To(static p => p.ChangeUserAsync));
        routes.MapForm("/chat/admin/reset", admin.To(static p => p.ResetAsync));
        routes.MapForm("/chat/admin/invites", admin.To(static p => p.InviteAsync));
        routes.MapForm("/chat/admin/invites/revoke", admin.To(static p => p.RevokeAsync));
    }
}
