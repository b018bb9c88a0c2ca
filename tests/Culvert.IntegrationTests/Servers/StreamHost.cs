using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Culvert.Server.Streams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Culvert.IntegrationTests.Servers;

/// <summary>An application in this process with a stream of numbers at a pace that the test chooses.</summary>
internal sealed class StreamHost : IAsyncDisposable
{
    private static readonly JsonTypeInfo<double> Number =
        (JsonTypeInfo<double>)JsonSerializerOptions.Web.GetTypeInfo(typeof(double));

    private readonly WebApplication _app;
    private readonly MeterListener _listener = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _open;

    private StreamHost(WebApplication app)
    {
        _app = app;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "culvert.streams")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, change, _, _) =>
        {
            if (Interlocked.Add(ref _open, change) == 0)
            {
                _empty.TrySetResult();
            }
        });
        _listener.Start();
    }

    public Uri Address { get; private set; } = new("http://invalid/");

    /// <summary>The clock of the numbers.</summary>
    public static double Now => Stopwatch.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>When each enumeration ended, as timestamps.</summary>
    public ConcurrentQueue<long> Ends { get; } = new();

    /// <summary>Completes when the number of open streams, as the meter counts it, is 0 again.</summary>
    public Task Empty => _empty.Task;

    /// <summary>Each number is the moment at which it is due: milliseconds since this process began to count.</summary>
    public static async Task<StreamHost> StartAsync(TimeSpan period, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddCulvertStreams();
        var app = builder.Build();
        var host = new StreamHost(app);
        var pace = app.Services.GetRequiredService<Pace>();
        app.MapStream("/stream", _ => StreamResults.Of(host.DuesAsync(pace, period), Number));
        await app.StartAsync(cancellationToken);
        host.Address = new Uri(new Uri(app.Urls.Single()), "/stream");
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _listener.Dispose();
    }

    private async IAsyncEnumerable<double> DuesAsync(
        Pace pace,
        TimeSpan period,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var start = Now;
        try
        {
            await foreach (var n in pace.Every(period, cancellationToken))
            {
                yield return start + (n * period.TotalMilliseconds);
            }
        }
        finally
        {
            Ends.Enqueue(Stopwatch.GetTimestamp());
        }
    }
}
