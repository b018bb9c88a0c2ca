using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Chat.Accounts;

/// <summary>The addresses of signing in and out.</summary>
internal static class SignInRoutes
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<SignInPages>();
        routes.MapGet("/login", pages.ShowAsync);
        routes.MapPost("/login", pages.SignInAsync);
        routes.MapPost("/logout", pages.SignOutAsync);
    }
}
