using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Culvert.Chat.Pages;

/// <summary>Maps the addresses that the forms of pages are sent to.</summary>
internal static class FormRoutes
{
    /// <summary><c>POST</c> of a form; see <see cref="Accounts.FormGuard.Bound"/>.</summary>
    public static void MapForm(
        this IEndpointRouteBuilder routes, string pattern, Func<IServiceProvider, RequestDelegate> find) =>
        routes.MapPost(pattern, routes.Late(find)).WithMetadata(PageForm.Instance);
}
