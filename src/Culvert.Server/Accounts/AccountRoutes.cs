using Culvert.Server.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Server.Accounts;

/// <summary>The services and addresses of accounts.</summary>
internal static class AccountRoutes
{
    /// <summary>
    /// Needs the store, the rooms, the audit list, the owner token, the options, a clock and the meter besides.
    /// </summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services) => services
        .AddSingleton<Revocations>()
        .AddSingleton<PasswordHasher>()
        .AddSingleton<SignInLimiter>()
        .AddSingleton<PasswordCheck>()
        .AddSingleton<RecentSignIn>()
        .AddSingleton<Credentials>()
        .AddSingleton<ITickets, TicketOffice>()
        .AddSingleton<OriginCheck>()
        .AddSingleton<AccountAudit>()
        .AddSingleton<SetupService>()
        .AddSingleton<InviteService>()
        .AddSingleton<ResetService>()
        .AddSingleton<ProfileService>()
        .AddSingleton<AccountService>()
        .AddSingleton<SessionService>()
        .AddSingleton<TokenService>()
        .AddSingleton<UserEndpoints>()
        .AddSingleton<SessionEndpoints>()
        .AddSingleton<TokenEndpoints>()
        .AddSingleton<InviteEndpoints>()
        .AddSingleton<ResetEndpoints>()
        .AddSingleton<ProfileEndpoints>()
        .AddSingleton<DemoAccounts>()
        .AddSingleton<SessionSweeper>()
        .AddSingleton<IDrainStep>(static services => services.GetRequiredService<SessionSweeper>());

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/users", routes.Late(static s => s.Get<UserEndpoints>().CreateAsync));
        routes.MapGet("/v1/users", routes.Late(static s => s.Get<UserEndpoints>().ListAsync));
        routes.MapPost("/v1/users/{name}/password", routes.Late(static s => s.Get<UserEndpoints>().SetPasswordAsync));
        routes.MapPatch("/v1/users/{name}", routes.Late(static s => s.Get<UserEndpoints>().ChangeAsync));
        routes.MapGet("/v1/me", UserEndpoints.MeAsync);

        routes.MapPost("/v1/session", routes.Late(static s => s.Get<SessionEndpoints>().SignInAsync));
        routes.MapDelete("/v1/session", routes.Late(static s => s.Get<SessionEndpoints>().SignOutAsync));
        routes.MapGet("/v1/sessions", routes.Late(static s => s.Get<SessionEndpoints>().ListAsync));
        routes.MapDelete("/v1/sessions", routes.Late(static s => s.Get<SessionEndpoints>().RevokeOthersAsync));
        routes.MapDelete("/v1/sessions/{id}", routes.Late(static s => s.Get<SessionEndpoints>().RevokeAsync));

        routes.MapPost("/v1/invites", routes.Late(static s => s.Get<InviteEndpoints>().CreateAsync));
        routes.MapGet("/v1/invites", routes.Late(static s => s.Get<InviteEndpoints>().ListAsync));
        routes.MapDelete("/v1/invites/{id}", routes.Late(static s => s.Get<InviteEndpoints>().RevokeAsync));
        routes.MapPost("/v1/invites/accept", routes.Late(static s => s.Get<InviteEndpoints>().AcceptAsync));

        routes.MapPost("/v1/users/{name}/reset", routes.Late(static s => s.Get<ResetEndpoints>().CreateAsync));
        routes.MapPost("/v1/reset", routes.Late(static s => s.Get<ResetEndpoints>().TakeAsync));

        routes.MapGet("/v1/profiles", routes.Late(static s => s.Get<ProfileEndpoints>().ListAsync));
        routes.MapGet("/v1/people", routes.Late(static s => s.Get<ProfileEndpoints>().SearchAsync));
        routes.MapPatch("/v1/me", routes.Late(static s => s.Get<ProfileEndpoints>().ChangeAsync));
        routes.MapPut("/v1/me/avatar", routes.Late(static s => s.Get<ProfileEndpoints>().SetAvatarAsync));
        routes.MapDelete("/v1/me/avatar", routes.Late(static s => s.Get<ProfileEndpoints>().DeleteAvatarAsync));
        routes.MapGet("/v1/users/{name}/avatar", routes.Late(static s => s.Get<ProfileEndpoints>().ShowAvatarAsync));

        routes.MapPost("/v1/tokens", routes.Late(static s => s.Get<TokenEndpoints>().MintAsync));
        routes.MapGet("/v1/tokens", routes.Late(static s => s.Get<TokenEndpoints>().ListAsync));
        routes.MapDelete("/v1/tokens/{id}", routes.Late(static s => s.Get<TokenEndpoints>().RevokeAsync));
        routes.MapPost("/v1/tickets", routes.Late(static s => s.Get<TokenEndpoints>().IssueTicketAsync));
    }

    /// <summary>Lets <c>?ticket=</c> say who is asking; for endpoints that open a stream or a WebSocket.</summary>
    public static TBuilder AcceptsTickets<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(AcceptsTicket.Instance);
}
