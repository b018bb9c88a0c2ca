using System.Text;
using Culvert.Server.Front;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Server.Hosting;

/// <summary>The HTTP server behind the front, the same for everything that is served.</summary>
internal static class HttpHost
{
    // The empty builder: the slim one would also read appsettings.json and ASPNETCORE_* variables, which could open
    // other ports than those configured, and takes longer to start.
    public static WebApplicationBuilder NewBuilder(HttpOptions http, IReadOnlyList<string> listen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Culvert" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, http, listen));
        return builder;
    }

    /// <summary>Where it listens, with the ports it got.</summary>
    public static IReadOnlyList<string> AddressesOf(WebApplication app) =>
        [.. (app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
            .Where(static address => !address.EndsWith(Http2EndPoint.Instance.ToString(), StringComparison.Ordinal))];

    private static void Configure(KestrelServerOptions kestrel, HttpOptions http, IReadOnlyList<string> listen)
    {
        kestrel.AddServerHeader = false;
        // For HTTP/2. On connections of HTTP/1.1 the front decides, which knows of the requests that it answers itself.
        kestrel.Limits.KeepAliveTimeout = http.KeepAlive;
        kestrel.Limits.MaxRequestHeadersTotalSize = http.MaxHeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = http.MaxHeaders;
        kestrel.Limits.MaxRequestLineSize = http.MaxRequestLineBytes;

        // Kestrel insists that the line fits into this buffer.
        kestrel.Limits.MaxRequestBufferSize = Math.Max(1 << 20, http.MaxRequestLineBytes);
        kestrel.Limits.MaxRequestBodySize = http.MaxBodyBytes;
        kestrel.Limits.RequestHeadersTimeout = http.HeaderTimeout;
        kestrel.Limits.MinRequestBodyDataRate = http.MinBodyRate == 0
            ? null
            : new MinDataRate(http.MinBodyRate, TimeSpan.FromSeconds(5));

        // RFC 9110 §5.5: bytes outside ASCII are opaque. As UTF-8 they could make Kestrel refuse what the front passed.
        kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;

        // Without TLS there is nothing to choose HTTP/2 by, and Kestrel would warn about it.
        kestrel.ConfigureEndpointDefaults(static endpoint => endpoint.Protocols = HttpProtocols.Http1);
        kestrel.Listen(Http2EndPoint.Instance, static endpoint => endpoint.Protocols = HttpProtocols.Http2);
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        foreach (var text in listen)
        {
            if (!ListenAddress.TryParse(text, out var address) || address is null)
            {
                throw new SettingException($"listen = \"{text}\" is not allowed; use {ListenAddress.Allowed}");
            }

            Listen(kestrel, address);
        }
    }

    private static void Listen(KestrelServerOptions kestrel, ListenAddress address)
    {
        if (address.Address is null)
        {
            kestrel.ListenLocalhost(address.Port);
        }
        else
        {
            kestrel.Listen(address.Address, address.Port);
        }
    }
}
