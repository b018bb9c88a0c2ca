using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;
using Culvert.Server.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Culvert.Chat.Pages;

/// <summary>
/// Asks the endpoints of the API on behalf of a page, in process: what a form does is what the documented request does,
/// by the same code and with the same rights, limits and audit. Safe for concurrent use.
/// </summary>
internal sealed class PageApi(EndpointDataSource endpoints)
{
    // When first used: the endpoints are there only after the services.
    private readonly Lazy<Dictionary<string, RouteEndpoint>> _endpoints = new(() => Index(endpoints));

    /// <summary><c>GET</c>; see <see cref="CallAsync"/>.</summary>
    public Task<ApiAnswer> GetAsync(
        HttpContext context, string pattern, params ReadOnlySpan<(string Name, string Value)> values) =>
        CallAsync(context, HttpMethods.Get, pattern, null, values);

    /// <summary>Makes a request as the caller of <paramref name="context"/>.</summary>
    /// <param name="context">The request of the page.</param>
    /// <param name="method">HTTP method.</param>
    /// <param name="pattern">The address as it is mapped, such as <c>/v1/rooms/{room}</c>.</param>
    /// <param name="body">The body; null for none.</param>
    /// <param name="values">What stands in braces in the pattern; the others become the query.</param>
    public Task<ApiAnswer> CallAsync(
        HttpContext context,
        string method,
        string pattern,
        JsonObject? body,
        params ReadOnlySpan<(string Name, string Value)> values)
    {
        if (!_endpoints.Value.TryGetValue($"{method} {pattern}", out var endpoint))
        {
            // A page's own mistake, which a 404 would hide as a missing room.
            throw new ArgumentException($"No endpoint is mapped as {method} {pattern}.", nameof(pattern));
        }

        var inner = new DefaultHttpContext
        {
            RequestServices = context.RequestServices,
            RequestAborted = context.RequestAborted,
        };
        inner.Features.Set(CallerFeature.Of(context));
        inner.Connection.RemoteIpAddress = context.Connection.RemoteIpAddress;
        inner.SetEndpoint(endpoint);
        var request = inner.Request;
        request.Method = method;
        request.Scheme = context.Request.Scheme;
        request.Host = context.Request.Host;
        request.Headers.UserAgent = context.Request.Headers.UserAgent;
        Place(request, pattern, values);
        if (body is not null)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(body);
            request.ContentType = MediaTypeNames.Application.Json;
            request.ContentLength = bytes.Length;
            request.Body = new MemoryStream(bytes);
            inner.Features.Set<IHttpRequestBodyDetectionFeature>(HasBody.Instance);
        }

        return RunAsync(inner, endpoint, context.Response);
    }

    private static async Task<ApiAnswer> RunAsync(HttpContext inner, RouteEndpoint endpoint, HttpResponse page)
    {
        using var output = new MemoryStream();
        inner.Response.Body = output;
        if (endpoint.RequestDelegate is { } handle)
        {
            await handle(inner);
        }

        // A session that got another secret, or ended.
        foreach (var cookie in inner.Response.Headers.SetCookie)
        {
            page.Headers.Append(HeaderNames.SetCookie, cookie);
        }

        using var document = output.Length > 0
            ? JsonDocument.Parse(output.GetBuffer().AsMemory(0, (int)output.Length))
            : null;
        return new ApiAnswer(inner.Response.StatusCode, document?.RootElement.Clone());
    }

    private static void Place(HttpRequest request, string pattern, ReadOnlySpan<(string Name, string Value)> values)
    {
        var path = pattern;
        var query = QueryString.Empty;
        foreach (var (name, value) in values)
        {
            var hole = $"{{{name}}}";
            if (path.Contains(hole, StringComparison.Ordinal))
            {
                path = path.Replace(hole, value, StringComparison.Ordinal);
                request.RouteValues[name] = value;
            }
            else
            {
                query = query.Add(name, value);
            }
        }

        request.Path = path;
        request.QueryString = query;
    }

    private static Dictionary<string, RouteEndpoint> Index(EndpointDataSource endpoints)
    {
        Dictionary<string, RouteEndpoint> index = new(StringComparer.Ordinal);
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
            {
                index[$"{method} {endpoint.RoutePattern.RawText}"] = endpoint;
            }
        }

        return index;
    }

    private sealed class HasBody : IHttpRequestBodyDetectionFeature
    {
        public static readonly HasBody Instance = new();

        public bool CanHaveBody => true;
    }
}
