using System.Diagnostics.Metrics;

namespace Culvert.Server.Diagnostics;

/// <summary>The server's one meter and the instruments that more than one area writes to.</summary>
/// <remarks>
/// Names follow OpenTelemetry, units UCUM. Test <see cref="Instrument.Enabled"/> before building tags, and never tag
/// with what users choose (rooms, names): the number of series must stay bounded.
/// </remarks>
internal sealed class CulvertMeter
{
    /// <summary>What an exporter subscribes to.</summary>
    public const string MeterName = "Culvert";

    public CulvertMeter(IMeterFactory factory)
    {
        Meter = factory.Create(MeterName);
        Publishes = Meter.CreateCounter<long>(
            "culvert.publishes",
            "{event}",
            "Events added to the logs of rooms, messages and changes; repeated ones not counted.");
        CommitDuration = Meter.CreateHistogram<double>(
            "culvert.commit.duration",
            "s",
            "Time of one commit, sync included.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
            });
        SignIns = Meter.CreateCounter<long>(
            "culvert.sign_ins", "{attempt}", "Attempts to sign in; tag culvert.outcome says how they ended.");
    }

    /// <summary>For instruments that one area alone writes to.</summary>
    public Meter Meter { get; }

    public Counter<long> Publishes { get; }

    public Histogram<double> CommitDuration { get; }

    public Counter<long> SignIns { get; }
}
