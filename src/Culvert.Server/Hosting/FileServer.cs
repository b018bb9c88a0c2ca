using System.Globalization;
using Culvert.Server.Files;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Hosting;

/// <summary>
/// A server of files and nothing else: no database, no accounts, no rooms, and nothing is written to the disk.
/// </summary>
public static class FileServer
{
    /// <summary>Runs until SIGTERM, SIGINT or the token; a second signal ends the process at once.</summary>
    /// <remarks>
    /// Call it before the process has used a socket: it changes how the framework waits for all of them.
    /// </remarks>
    /// <param name="options">What is served, and where.</param>
    /// <param name="output">Gets <c>listening on URL</c> when that is true.</param>
    /// <param name="error">Gets the log, the access log, and in one line why it could not start.</param>
    /// <param name="cancellationToken">Stops the server like a signal.</param>
    /// <returns>The exit code: 0 after a stop, 1 when it could not start, 2 for a bad option.</returns>
    public static async Task<int> RunAsync(
        FileServerOptions options, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        FrontServices.ServeOnSocketThreads();
        // The brackets that an IPv6 address has in a URL may be left out.
        var isIPv6 = options.Host.Contains(':', StringComparison.Ordinal);
        var host = isIPv6 ? $"[{options.Host.Trim('[', ']')}]" : options.Host;
        var listen = string.Create(CultureInfo.InvariantCulture, $"http://{host}:{options.Port}");
        if (WrongWith(options, listen) is { } wrong)
        {
            await error.WriteLineAsync($"culvert: {wrong.ReplaceLineEndings(" ")}");
            return ServerProcess.BadOption;
        }

        var run = new ProcessRun([listen], "--port", error);
        return await run.UntilStoppedAsync(
            async stop =>
            {
                await using var app = await StartAsync(options, listen, error, stop);
                foreach (var address in HttpHost.AddressesOf(app))
                {
                    await output.WriteLineAsync($"listening on {address}");
                }

                await output.FlushAsync(stop);
                await ProcessRun.WaitAsync(stop);
                await StopAsync(app, options.StopTimeout);
            },
            cancellationToken);
    }

    private static string? WrongWith(FileServerOptions options, string listen)
    {
        if (!ListenAddress.TryParse(listen, out _))
        {
            return $"cannot listen on {listen}; the host is an IP address, localhost or *, and the port 0 to 65535";
        }

        try
        {
            SiteOptionsCheck.Check(options.Files);
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }

    private static async Task<WebApplication> StartAsync(
        FileServerOptions options, string listen, TextWriter log, CancellationToken cancellationToken)
    {
        var lines = TextWriter.Synchronized(log);
        var builder = HttpHost.NewBuilder(options.Http, [listen]);

        // By a factory, so that the container disposes it, after all that logs.
        builder.Services.AddSingleton<ILoggerFactory>(
            _ => new LoggerFactory([new LineLoggerProvider(lines, TimeProvider.System, options.Verbose)]));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddRoutingCore();
        FrontServices.Add(builder.Services, options.Files, options.Http, lines);
        var app = builder.Build();
        try
        {
            app.UseRouting();
            FrontServices.Map(app, hasApi: false);
            await FrontServices.BeginAsync(app, cancellationToken);
            await app.StartAsync(cancellationToken);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private static async Task StopAsync(WebApplication app, TimeSpan limit)
    {
        using var end = new CancellationTokenSource(limit);
        try
        {
            await app.StopAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            // The time is up: what still goes out is cut.
        }
    }
}
