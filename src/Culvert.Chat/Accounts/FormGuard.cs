using Culvert.Chat.Pages;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Hosting;
using Culvert.Server.Nodes;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Culvert.Chat.Accounts;

/// <summary>Takes a form only from a page of this server that this browser was shown.</summary>
/// <remarks>
/// Two locks: the headers that browsers set themselves, and a token in the form for browsers that do not set them.
/// </remarks>
internal sealed class FormGuard : IDisposable
{
    /// <summary>The longest form, with room for a message of the greatest size in any encoding.</summary>
    private const int MaxFormBytes = 256 * 1024;

    public const string FieldName = "form_token";

    private readonly OriginCheck _origins;
    private readonly ServiceProvider _framework;
    private readonly IAntiforgery _antiforgery;

    /// <remarks>
    /// The framework's parts have a container of their own: in that of the server they would be loaded, and their keys
    /// read or made, at every start, and not when the first form is shown.
    /// </remarks>
    public FormGuard(OriginCheck origins, ServerOptions options, ILoggerFactory loggers, INodeStore? nodes = null)
    {
        _origins = origins;
        var services = new ServiceCollection();
        services.AddSingleton(loggers);
        services.AddLogging();
        services.AddDataProtection().SetApplicationName("culvert");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(new KeyStore(options, loggers, nodes));
        services.AddAntiforgery(Configure);
        _framework = services.BuildServiceProvider();
        _antiforgery = _framework.GetRequiredService<IAntiforgery>();
    }

    /// <summary>
    /// Sees to it that a form that is too long is refused with 413, and that whatever is answered to one that was not
    /// read to its end says that the connection ends. Nothing for requests that are no forms of pages.
    /// </summary>
    /// <remarks>Before anything else looks at the request: a refusal may come from anywhere.</remarks>
    public static void Bound(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<PageForm>() is null)
        {
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            // Kestrel then stops a longer form, one without a length included.
            size.MaxRequestBodySize = MaxFormBytes;
        }

        context.Response.OnStarting(
            static state =>
            {
                var answered = (HttpContext)state;
                if (answered.Features.Get<IFormFeature>()?.Form is null && JsonBody.IsPresent(answered))
                {
                    ProblemWriter.EndConnection(answered);
                }

                return Task.CompletedTask;
            },
            context);
    }

    /// <summary>The hidden field's value; sets the cookie that it belongs to.</summary>
    public string Token(HttpContext context) =>
        _antiforgery.GetAndStoreTokens(context).RequestToken
        ?? throw new InvalidOperationException("The form has no token.");

    /// <summary>The form to act on; or null, and the request is refused.</summary>
    public async ValueTask<FormState?> RequireAsync(HttpContext context)
    {
        if (await ReadAsync(context) is { } form)
        {
            return new FormState(form);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return null;
    }

    /// <summary>The fields of a form that may be acted on; null when it may not.</summary>
    public async ValueTask<IFormCollection?> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (!_origins.AllowsSignIn(request) || !request.HasFormContentType)
        {
            return null;
        }

        var form = await request.ReadFormAsync(
            new FormOptions { BufferBody = false, ValueLengthLimit = MaxFormBytes, ValueCountLimit = 64 },
            context.RequestAborted);
        return await _antiforgery.IsRequestValidAsync(context) ? form : null;
    }

    public void Dispose() => _framework.Dispose();

    private static void Configure(AntiforgeryOptions options)
    {
        options.Cookie.Name = "culvert_form";
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.Path = "/";
        options.FormFieldName = FieldName;

        // The policy of every page says the same, for newer browsers and better.
        options.SuppressXFrameOptionsHeader = true;
    }
}
