using System.IO.Compression;
using System.Text;
using Culvert.Chat.Accounts;
using Culvert.Chat.Assets;
using Culvert.Chat.Texts;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Culvert.Chat.Pages;

/// <summary>Renders a page and sends it with the headers that every page has.</summary>
internal sealed class PageWriter(
    IServiceProvider services,
    ILoggerFactory loggers,
    AssetStore assets,
    TextCatalogue texts,
    FormGuard forms,
    JoinedRooms rooms,
    ProfileService profiles)
{
    public const string ThemeCookie = "culvert_theme";

    /// <summary>Of direct rooms; the rest of more of them is shown by account name.</summary>
    private const int MaxPeople = 1000;

    /// <summary>Less fits into one packet either way.</summary>
    private const int MinCompressed = 1024;

    /// <summary>
    /// Nothing but this server's own files, no script in a page, and no text that becomes markup (Trusted Types).
    /// </summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
        + "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>Answers with a page.</summary>
    /// <typeparam name="TPage">A component with a parameter <c>Page</c> of <see cref="PageContext"/>.</typeparam>
    /// <param name="context">The request.</param>
    /// <param name="status">The status.</param>
    /// <param name="parameters">The page's other parameters by name.</param>
    public async Task WriteAsync<TPage>(
        HttpContext context, int status, params (string Name, object? Value)[] parameters)
        where TPage : IComponent
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["Page"] = await ContextOfAsync(context),
        };
        foreach (var (name, value) in parameters)
        {
            values[name] = value;
        }

        var html = await RenderAsync<TPage>(ParameterView.FromDictionary(values));
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        SetHeaders(response.Headers);
        ReadOnlyMemory<byte> body = Encoding.UTF8.GetBytes(HtmlCharacters.Plain(html));
        if (body.Length > MinCompressed && AssetEndpoint.AcceptsBrotli(context.Request)
            && Compress(body.Span) is { } brotli)
        {
            response.Headers.ContentEncoding = "br";
            body = brotli;
        }

        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.Vary = "Accept-Encoding";
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";
    }

    /// <summary>
    /// Lengths tell nothing: the one secret of a page, the token of its forms, is another text each time.
    /// </summary>
    private static byte[]? Compress(ReadOnlySpan<byte> body)
    {
        var target = new byte[body.Length];
        return BrotliEncoder.TryCompress(body, target, out var length, quality: 4, window: 18)
            ? target[..length]
            : null;
    }

    /// <summary>What the pages say, in the language of this request.</summary>
    public Text TextOf(HttpContext context) => texts.Of(context.Request);

    private async Task<PageContext> ContextOfAsync(HttpContext context)
    {
        var request = context.Request;
        var page = new PageContext(texts.Of(request), assets, forms.Token(context), request.Path + request.QueryString)
        {
            Caller = CallerFeature.Of(context).Caller,
            Theme = request.Cookies[ThemeCookie] is "light" or "dark" ? request.Cookies[ThemeCookie] : null,
            Flash = Flash.Take(context),
        };
        if (page.Caller is not { } caller)
        {
            return page;
        }

        var joined = await RoomsOfAsync(caller, context.RequestAborted);
        var names = joined.SelectMany(static room => room.People ?? []).Prepend(caller.Name);
        var people = await PeopleAsync(names, context.RequestAborted);
        var me = people.GetValueOrDefault(caller.Name) ?? new PersonView(caller.Name, caller.Name, null, "");
        return page with
        {
            Me = me with { Role = RoleNames.Of(caller.ServerRole) },
            Rooms = joined,
            People = people,
        };
    }

    private async ValueTask<IReadOnlyDictionary<string, PersonView>> PeopleAsync(
        IEnumerable<string> names, CancellationToken cancellationToken)
    {
        try
        {
            return await profiles.ViewsAsync(names, MaxPeople, cancellationToken);
        }
        catch (StoreException)
        {
            // The page may be the one that says so.
            return new Dictionary<string, PersonView>();
        }
    }

    private async ValueTask<IReadOnlyList<RoomInfo>> RoomsOfAsync(Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            return await rooms.OfAsync(caller, cancellationToken);
        }
        catch (StoreException)
        {
            // The page may be the one that says so.
            return [];
        }
    }

    private async Task<string> RenderAsync<TPage>(ParameterView parameters)
        where TPage : IComponent
    {
        await using var renderer = new HtmlRenderer(services, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var output = await renderer.RenderComponentAsync<TPage>(parameters);
            return "<!DOCTYPE html>\n" + output.ToHtmlString();
        });
    }
}
