using System.Diagnostics;
using System.Diagnostics.Metrics;
using Culvert.Client.Multiplexing;
using Culvert.Protocol.Multiplexing;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Diagnostics;
using Culvert.Server.Pipes.Relaying;

namespace Culvert.Server.Tunnels;

/// <summary>What tunnels count. Tags are words of fixed sets.</summary>
internal sealed class TunnelMetrics
{
    private const int TakenOver = 4110;

    private readonly UpDownCounter<long> _sessions;
    private readonly UpDownCounter<long> _carriers;
    private readonly Counter<long> _carrierEnds;
    private readonly UpDownCounter<long> _streams;
    private readonly Counter<long> _streamEnds;
    private readonly Counter<long> _refusals;
    private readonly Histogram<double> _openDuration;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _resets;
    private readonly Counter<double> _blocked;
    private readonly Histogram<double> _roundTrip;
    private readonly Histogram<long> _windows;
    private readonly Meter _meter;

    public TunnelMetrics(CulvertMeter meter, WindowReserve reserve)
    {
        var all = meter.Meter;
        _meter = all;
        _sessions = all.CreateUpDownCounter<long>("culvert.tunnel.sessions", "{session}", "Agents that are connected.");
        _carriers = all.CreateUpDownCounter<long>(
            "culvert.tunnel.carriers", "{connection}", "Connections of agents that are open.");
        _carrierEnds = all.CreateCounter<long>(
            "culvert.tunnel.carrier.ends", "{connection}", "Connections of agents that ended, by close code.");
        _streams = all.CreateUpDownCounter<long>("culvert.tunnel.streams", "{stream}", "Streams that are open.");
        _streamEnds = all.CreateCounter<long>(
            "culvert.tunnel.stream.ends", "{stream}", "Streams that ended, by whom and why.");
        _refusals = all.CreateCounter<long>(
            "culvert.tunnel.refusals", "{stream}", "Streams that were not opened, by code.");
        _openDuration = all.CreateHistogram<double>(
            "culvert.tunnel.open.duration",
            "s",
            "From a stream's request to its answer.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            });
        _bytes = all.CreateCounter<long>(
            "culvert.tunnel.bytes", "By", "Payload passed on in ended streams, by direction.");
        _resets = all.CreateCounter<long>(
            "culvert.tunnel.resets", "{stream}", "Streams that were reset on ended connections, by whom.");
        _blocked = all.CreateCounter<double>(
            "culvert.tunnel.blocked", "s", "Time that ended connections waited, by what for: window or carrier.");
        _roundTrip = all.CreateHistogram<double>(
            "culvert.tunnel.rtt", "s", "The round trip of a connection, as known at its end.");
        _windows = all.CreateHistogram<long>(
            "culvert.tunnel.window",
            "By",
            "How large the window of a stream from an agent was at its end.",
            advice: new InstrumentAdvice<long>
            {
                // From what it begins with to the most that can be set, each twice the one before.
                HistogramBucketBoundaries = [.. Enumerable.Range(18, 13).Select(power => 1L << power)],
            });
        all.CreateObservableUpDownCounter(
            "culvert.tunnel.windows.grown", () => reserve.TakenBytes, "By", "What open windows have grown by.");
        all.CreateObservableUpDownCounter(
            "culvert.tunnel.windows.budget", () => reserve.Bytes, "By", "What all windows together may grow by.");
    }

    /// <summary>Shows what agents sent and nobody has taken yet. Once.</summary>
    public void Watch(Func<long> unreadBytes) => _meter.CreateObservableUpDownCounter(
        "culvert.tunnel.unread", unreadBytes, "By", "Bytes received from agents and not yet passed on.");

    public void EndWindow(long bytes) => _windows.Record(bytes);

    public void BeginSession() => _sessions.Add(1);

    public void EndSession() => _sessions.Add(-1);

    public void BeginCarrier() => _carriers.Add(1);

    public void EndCarrier(int code, in MuxFigures figures)
    {
        _carriers.Add(-1);

        // A peer may choose codes of its own: all of those count as one.
        var isKnown = code is (>= CloseCode.Normal and <= CloseCode.TryAgainLater) or TakenOver;
        _carrierEnds.Add(1, new KeyValuePair<string, object?>("culvert.code", isKnown ? code : 0));
        var by = "culvert.by";
        _resets.Add(figures.ResetByPeer, new KeyValuePair<string, object?>(by, "agent"));
        _resets.Add(figures.ResetHere, new KeyValuePair<string, object?>(by, "server"));
        var what = "culvert.reason";
        _blocked.Add(figures.BlockedOnWindow.TotalSeconds, new KeyValuePair<string, object?>(what, "window"));
        _blocked.Add(figures.BlockedOnCarrier.TotalSeconds, new KeyValuePair<string, object?>(what, "carrier"));
        if (figures.RoundTripTime is { } roundTrip)
        {
            _roundTrip.Record(roundTrip.TotalSeconds);
        }
    }

    public void BeginStream() => _streams.Add(1);

    public void Opened(TimeSpan duration) => _openDuration.Record(duration.TotalSeconds);

    public void Refuse(string code) => _refusals.Add(1, new KeyValuePair<string, object?>("culvert.code", code));

    public void EndStream(RelayEnd? end)
    {
        _streams.Add(-1);
        if (end is null)
        {
            return;
        }

        _streamEnds.Add(1, new TagList { new("culvert.by", end.By), new("culvert.reason", end.Reason) });
        _bytes.Add(end.BytesThere, new KeyValuePair<string, object?>("culvert.direction", "there"));
        _bytes.Add(end.BytesBack, new KeyValuePair<string, object?>("culvert.direction", "back"));
    }
}
