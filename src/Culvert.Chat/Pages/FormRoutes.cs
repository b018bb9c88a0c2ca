using Culvert.Server.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Culvert.Chat.Pages;

/// <summary>Maps the addresses that the forms of pages are sent to.</summary>
internal static class FormRoutes
{
    /// <summary><c>POST</c> of a form; see <see cref="Accounts.FormGuard.Bound"/>.</summary>
    public static void MapForm(this IEndpointRouteBuilder routes, string pattern, RequestDelegate handle) =>
        routes.MapPost(pattern, handle).WithMetadata(PageForm.Instance);
}
