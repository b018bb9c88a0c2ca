using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Streams;

/// <summary>
/// The open streams of application code: lets them in, looks after all of them with one timer, and ends them when the
/// server stops. Thread-safe.
/// </summary>
internal sealed class OpenStreams : IDisposable
{
    /// <summary>How exact heartbeats and write time-outs are.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(0.5);

    private readonly ConcurrentDictionary<OpenStream, bool> _streams = new();
    private readonly StreamSlots _slots;
    private readonly UpDownCounter<long> _open;
    private readonly CancellationTokenSource _stopping;
    private readonly CancellationTokenRegistration _onStopping;
    private readonly ITimer _timer;

    public OpenStreams(
        StreamLimits limits,
        TimeProvider time,
        CulvertMeter meter,
        Draining draining,
        IHostApplicationLifetime lifetime,
        ILogger<OpenStream> logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.MaxStreams, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.MaxStreamsPerAddress, 1);
        _slots = new StreamSlots(limits);
        Time = time;
        Logger = logger;
        _open = meter.Meter.CreateUpDownCounter<long>(
            "culvert.streams", "{stream}", "Open streams of application code.");
        Skipped = meter.Meter.CreateCounter<long>(
            "culvert.streams.skipped", "{item}", "Items of streams that could not be written as JSON.");

        // Culvert's own server drains before it stops; a server of somebody else only stops.
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(draining.Token, lifetime.ApplicationStopping);
        _onStopping = _stopping.Token.UnsafeRegister(static state => ((OpenStreams)state!).EndAll(), this);
        _timer = time.CreateTimer(static state => ((OpenStreams)state!).Tick(), this, TickInterval, TickInterval);
    }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public Counter<long> Skipped { get; }

    /// <summary>How many are open.</summary>
    public int Count => _streams.Count;

    /// <summary>Runs a stream to its end; or the error to refuse it with, and the source was not asked.</summary>
    public async Task<ErrorCode?> TryRunAsync(
        HttpContext context, IFrameSource source, StreamForm form, StreamOptions options)
    {
        var address = context.Connection.RemoteIpAddress;
        if (_stopping.IsCancellationRequested)
        {
            return ErrorCode.Draining;
        }

        if (_slots.TryEnter(address) is { } refusal)
        {
            return refusal;
        }

        using var stream = new OpenStream(this, context, form, options);
        _streams[stream] = true;
        _open.Add(1);
        try
        {
            if (_stopping.IsCancellationRequested)
            {
                // The others were told while this one came in.
                stream.End(StreamEnd.ServerStopping);
            }

            await stream.RunAsync(source);
            return null;
        }
        finally
        {
            _streams.TryRemove(stream, out _);
            _open.Add(-1);
            _slots.Exit(address);
            stream.LogEnd();
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _onStopping.Dispose();
        _stopping.Dispose();
    }

    private void EndAll()
    {
        foreach (var (stream, _) in _streams)
        {
            stream.End(StreamEnd.ServerStopping);
        }
    }

    private void Tick()
    {
        foreach (var (stream, _) in _streams)
        {
            stream.Tick();
        }
    }
}
