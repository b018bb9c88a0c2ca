using System.Diagnostics.Metrics;

namespace Culvert.Server.Diagnostics.Metrics;

/// <summary>
/// Keeps what the instruments of one meter measured, from the time it is made: a count that began later would be wrong.
/// Thread-safe.
/// </summary>
/// <remarks>
/// A measurement costs a look through the series of its instrument and a short lock. What happens for every event is
/// therefore counted where it happens and only observed here.
/// </remarks>
internal sealed class MetricsBoard : IDisposable
{
    private readonly Lock _lock = new();
    private readonly MeterListener _listener = new();
    private MetricFamily[] _families = [];

    public MetricsBoard(CulvertMeter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter.Meter)
            {
                listener.EnableMeasurementEvents(instrument, Add(instrument));
            }
        };
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => Measure(family, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => Measure(family, value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => Measure(family, value, tags));
        _listener.Start();
    }

    /// <summary>Looks at what is observed; then all there is, by name.</summary>
    public IReadOnlyList<MetricFamily> Read()
    {
        lock (_lock)
        {
            _listener.RecordObservableInstruments();
            return [.. _families.OrderBy(static family => family.Name, StringComparer.Ordinal)];
        }
    }

    public void Dispose() => _listener.Dispose();

    private MetricFamily Add(Instrument instrument)
    {
        var family = new MetricFamily(instrument);
        lock (_lock)
        {
            _families = [.. _families, family];
        }

        return family;
    }

    private static void Measure(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((MetricFamily)family!).Measure(value, tags);
}
