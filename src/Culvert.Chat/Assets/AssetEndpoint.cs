using Culvert.Server.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Culvert.Chat.Assets;

/// <summary>Answers <c>GET /chat/assets/{version}/{name}</c>.</summary>
internal static class AssetEndpoint
{
    private const string ForGood = "public, max-age=31536000, immutable";

    public static void MapAssets(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods(
            AssetStore.Root + "/{version}/{**name}",
            [HttpMethods.Get, HttpMethods.Head],
            routes.Late(static s => Of(s.Get<AssetStore>())));
    }

    private static RequestDelegate Of(AssetStore assets) => context => AnswerAsync(context, assets);

    private static async Task AnswerAsync(HttpContext context, AssetStore assets)
    {
        var values = context.Request.RouteValues;
        if (values["name"] is not string name || assets.Find(name) is not { } asset)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var headers = context.Response.Headers;

        // A page of an older version still gets a file, the present one, but does not keep it.
        headers.CacheControl = values["version"] as string == assets.Version ? ForGood : "no-cache";
        headers.Vary = "Accept-Encoding";
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        context.Response.ContentType = asset.ContentType;
        var content = asset.Content;
        if (asset.Brotli is { } brotli && AcceptsBrotli(context.Request))
        {
            headers.ContentEncoding = "br";
            content = brotli;
        }

        context.Response.ContentLength = content.Length;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(content, context.RequestAborted);
        }
    }

    /// <summary>True when the answer may be compressed with brotli (RFC 9110 §12.5.3).</summary>
    public static bool AcceptsBrotli(HttpRequest request) =>
        request.GetTypedHeaders().AcceptEncoding.Any(static e => e is { Value.Value: "br", Quality: not 0 });
}
